"""Why something failed, in the viewer's language: what the pipelines say has words, all else stays as it came."""

import pytest

from dashboard.reasons import SENTENCES, column, said
from dashboard.words import words
from pipelines.http import Http, HttpFailure
from tests.ports import free_ports

ZH, EN = words("zh"), words("en")
TOLD = """
the run before it was still going on | 上一次运行尚未结束
3 runs fell out: this process stood still for 9.2 s | 漏跑 3 次：进程停顿了 9.2 秒
4 earlier runs of pull_cycle still hang; this one was not started | 先前 4 次运行仍挂起，本次未启动
advise did not end within 15 s and was given up; the next run goes its own way | 15 秒内未结束，已放弃；下次照常运行
the log was not folded in, it is tried again: busy | 日志尚未并入数据库，稍后再试
persons are not conserved at 2 sites: LS-1 has 3 too many | 2 个采样点人数不守恒
GET http://a:1/v1 did not end within 2 s (no answer) | 2 秒内未答完：GET http://a:1/v1
a:1 broke the connection (after 3 bytes) during GET http://a:1/v1 | a:1 中断了连接
GET http://a:1/v1 ended before the whole reply had come | 答复不完整：GET http://a:1/v1
a:1 cannot be reached (no route) | a:1 无法到达
watch failed: KeyError 'x' | 运行出错：KeyError 'x'
1 of 9 pulls failed: kit; the first: a:1 cannot be reached (x) | 9 次拉取中 1 次失败，第一个：a:1 无法到达
nothing listens at a:1; is the source running? | a:1 无人监听；来源在运行吗？
'acts_log' tells of colleagues or persons; it is exported for internal use only | 这张表写有同事或个人的事，只供内部使用
2 exports are being made; ask again in a moment | 正在生成别的文件，请稍候再试
connection refused [by design] | connection refused [by design]
"""
PAIRS = [line.split(" | ") for line in TOLD.strip().splitlines()]


@pytest.mark.parametrize(("reason", "shown"), PAIRS)
def test_a_reason_is_told_in_chinese_and_a_strange_one_as_it_came(reason: str, shown: str) -> None:
    assert said(reason, ZH) == shown


def test_several_reasons_are_told_one_by_one_and_none_is_a_dash() -> None:
    both = said("the run before it was still going on | odd", EN)
    assert both == "the run before was still going on | odd"
    assert column(["", None, "odd"], ZH).to_list() == ["—", "—", "odd"]


def test_what_a_real_request_to_nobody_says_has_words() -> None:
    server = f"127.0.0.1:{free_ports()}"
    with pytest.raises(HttpFailure) as failed:
        Http([server]).ask("GET", f"http://{server}/", deadline_s=2.0, cap_bytes=100)
    assert said(str(failed.value), ZH) == ZH("why.nobody", at=server)


def test_every_sentence_has_an_example_here() -> None:
    assert len(PAIRS) == len(SENTENCES) + 1, "and the strange one"
