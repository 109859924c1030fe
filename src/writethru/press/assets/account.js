// Passkeys: what the server wants signed goes to the browser, what the browser signed goes back in a form's field.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function create(options, alone) {
    const asked = { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) } };
    asked.excludeCredentials = known(options.excludeCredentials);
    asked.authenticatorSelection = { ...options.authenticatorSelection, residentKey: alone ? "required" : "discouraged", requireResidentKey: alone };
    if (alone) asked.authenticatorSelection.userVerification = "required";
    const made = await navigator.credentials.create({ publicKey: asked });
    const transports = made.response.getTransports ? made.response.getTransports() : [];
    return answer(made, {
      clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject), transports,
    });
  }

  async function get(options) {
    const asked = { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) };
    const made = await navigator.credentials.get({ publicKey: asked });
    return answer(made, {
      clientDataJSON: text(made.response.clientDataJSON), authenticatorData: text(made.response.authenticatorData),
      signature: text(made.response.signature), userHandle: made.response.userHandle && text(made.response.userHandle),
    });
  }

  function answer(made, response) {
    return { type: made.type, id: made.id, rawId: text(made.rawId), response, clientExtensionResults: made.getClientExtensionResults() };
  }

  const ways = {
    login: async (form) => {
      const asked = await fetch(form.action, { headers: { Accept: "application/json" } });
      return get((await asked.json()).request_options.publicKey);
    },
    get: async () => get(given().request_options.publicKey),
    create: async (form) => create(given().creation_options.publicKey, form.passwordless.checked),
  };
  const given = () => JSON.parse(document.getElementById("passkey").textContent);

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    const wrong = form.querySelector("[role=alert]"), broken = wrong.textContent;
    form.querySelector("button").addEventListener("click", async () => {
      wrong.hidden = true;
      try {
        form.credential.value = JSON.stringify(await ways[form.dataset.passkey](form));
      } catch (error) {
        wrong.textContent = error.name === "SecurityError" ? wrong.dataset.unnamed : broken;
        wrong.hidden = false;
        return;
      }
      form.submit();
    });
  }
})();
