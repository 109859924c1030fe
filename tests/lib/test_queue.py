from writethru.lib.queue import job, slow, urgent


def test_a_job_has_its_wake_up_and_its_sweep_in_its_own_lane():
    @job
    def look_at_once() -> None: ...

    @job(lane=slow)
    def look_when_there_is_time() -> None: ...

    names = [[name.rpartition(".")[2] for name in lane._registry._registry] for lane in (urgent, slow)]

    assert [name for name in names[0] if "look" in name] == ["look_at_once", "sweep_look_at_once"]
    assert [name for name in names[1] if "look" in name] == ["look_when_there_is_time", "sweep_look_when_there_is_time"]
