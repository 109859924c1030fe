"""Addresses that nothing of ours may ever knock at, in every way that a parser or a resolver takes them."""

# Hosts that lead to this machine, its network, or nowhere: written in every way that a resolver or a parser takes.
# {port} is where a listener counts.
LOCAL = """
127.0.0.1 127.0.0.2 127.1 127.0.1 127.255.255.254 0.0.0.0 0 0.0.0.1 0.1.2.3
2130706433 0x7f000001 0x7F.0.0.1 0x7f.1 0177.0.0.1 017700000001 0177.1 0x0 00.0.0.0 127.0.0.1. 0x7f.0x0.0x0.0x1 0177.0.0.0x1
localhost localhost. LOCALHOST LocalHost localhost.localdomain
[::1] [::] [0:0:0:0:0:0:0:1] [0000::0001] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:0:127.0.0.1] [::127.0.0.1] [::7f00:1]
[::ffff:0.0.0.0] [0:0:0:0:0:ffff:127.0.0.1] [::FFFF:127.0.0.1] [::1%25lo] [::1%lo]
[64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b::10.0.0.1] [64:ff9b::169.254.169.254] [64:ff9b:1::127.0.0.1] [64:ff9b::]
[2002:7f00:1::] [2002:7f00:0001::1] [2002:a00:1::1] [2002:c0a8:101::1] [2002:a9fe:a9fe::1]
[2001:0:7f00:1::] [2001:0000:4136:e378:8000:63bf:80ff:fffe] [2001:db8::1] [2001:10::1] [2001:2::1] [3fff::1] [5f00::1]
[fe80::1] [fe80::1%25eth0] [fec0::1] [fc00::1] [fd00::1] [fd00:ec2::254] [fd12:3456:789a:1::1] [ff02::1] [ff01::1] [ff0e::1]
[100::1] [4000::1] [::ffff:10.0.0.1] [::ffff:169.254.169.254] [::ffff:192.168.0.1] [::ffff:a9fe:a9fe]
10.0.0.1 10.255.255.255 10.1 012.0.0.1 0xa.0.0.1 167772161 172.16.0.1 172.31.255.255 172.16.1 192.168.0.1 192.168.1 192.168.255.255
0300.0250.0.1 0xc0a80001 3232235521 169.254.169.254 169.254.1.1 0xa9fea9fe 2852039166 0251.0376.0251.0376 169.254.43518
100.64.0.1 100.100.100.200 100.127.255.255 192.0.0.1 192.0.0.192 192.0.0.8 192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.1
203.0.113.1 192.88.99.1 224.0.0.1 224.0.0.251 239.255.255.250 240.0.0.1 255.255.255.255 255.255.255.254 168.63.129.16
""".split()  # noqa: E501

# Addresses that are none for us, whatever the host.
STRANGE = r"""
file:///etc/passwd file://localhost/etc/passwd FILE:///etc/passwd gopher://127.0.0.1:{port}/_GET ftp://127.0.0.1:{port}/
unix:///var/run/docker.sock http+unix://%2Fvar%2Frun%2Fdocker.sock/info dict://127.0.0.1:{port}/ about:blank
ldap://127.0.0.1:{port}/ sftp://127.0.0.1:{port}/ tftp://127.0.0.1:{port}/x jar:http://127.0.0.1:{port}/!/
netdoc:///etc/passwd data:image/png;base64,AA javascript:alert(1) ws://127.0.0.1:{port}/ blob:http://127.0.0.1:{port}/x
view-source:http://127.0.0.1:{port}/ //127.0.0.1:{port}/ /etc/passwd 127.0.0.1:{port} http: http:// http:/// https:///x
http://:{port}/ http://[/ http://[::1 http://]/ http://user@127.0.0.1:{port}/ http://user:word@127.0.0.1:{port}/
http://8.8.8.8@127.0.0.1:{port}/ http://127.0.0.1:{port}@8.8.8.8/ http://@127.0.0.1:{port}/
http://127.0.0.1:{port}#@8.8.8.8/ http://127.0.0.1:{port}\@8.8.8.8/ http://127.0.0.1:{port}?@8.8.8.8/
http://127.0.0.1:99999/ http://127.0.0.1:-1/ http://127.0.0.1:0/ http://127.0.0.1:{port}x/ http://127.0.0.1%00:{port}/
http://127.0.0.1%2f:{port}/ http://①②⑦.⓪.⓪.①:{port}/ http://127。0。0。1:{port}/ http://１２７.0.0.1:{port}/
http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{port}/ http://loc­alhost:{port}/ http://256.1.1.1:{port}/ http://127.0.0.1.1.1:{port}/
http://-:{port}/ http://..:{port}/ http://a..b:{port}/
""".split()

# Names whose answers are not public: what a stranger's DNS may say.
ANSWERS = {
    "lo.stranger.example": ["127.0.0.1"],
    "six.stranger.example": ["::1"],
    "mapped.stranger.example": ["::ffff:127.0.0.1"],
    "metadata.stranger.example": ["169.254.169.254"],
    "private.stranger.example": ["192.168.1.1"],
    "one-of-two.stranger.example": ["93.184.216.34", "127.0.0.1"],
    "two-of-two.stranger.example": ["127.0.0.1", "93.184.216.34"],
    "six-of-two.stranger.example": ["2606:2800:220:1::1", "fd00::1"],
    "xn--lo-stranger.example": ["127.0.0.1"],
    "0.0.0.0.stranger.example": ["0.0.0.0"],
}


def hostile(port: int) -> list[str]:
    named = [*LOCAL, *ANSWERS]
    return [f"http://{host}:{port}/x" for host in named] + [one.replace("{port}", str(port)) for one in STRANGE]
