"""The help desk's contact card: on every page, in plain text, and said to be missing where there is none."""

import msgspec
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access
from dashboard.panels import helpdesk
from dashboard.words import words
from pipelines.campaign import Campaign
from pipelines.server.campaign_info import campaign_info
from tests.dashboard.kit import District
from tests.dashboard.test_pages import texts

EN = words("en")


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize("page", access.pages())
def test_the_help_desk_is_within_reach_on_every_page(district: District, app: AppTest, page: str) -> None:
    district.minute("01:00")
    app.switch_page(f"app_pages/{page}.py").run()
    assert not app.exception
    assert "湖畔保障组" in texts(app)
    assert "100\\-0000\\-0099" in texts(app)


@pytest.mark.usefixtures("chosen")
def test_while_nobody_knows_the_campaign_the_card_says_so(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert "暂不知信息保障组的联系方式" in texts(app)


def test_what_a_campaign_leaves_out_is_left_out_and_its_texts_stay_plain(small: Campaign) -> None:
    whole = campaign_info(small)
    assert len(helpdesk.lines(whole, EN)) == 4
    assert whole.helpdesk is not None
    hostile = msgspec.structs.replace(whole.helpdesk, channel="[x](http://evil)", hours=None)
    found = helpdesk.lines(msgspec.structs.replace(whole, helpdesk=hostile), EN)
    assert len(found) == 3
    assert "](http" not in found[2]
    assert helpdesk.lines(msgspec.structs.replace(whole, helpdesk=None), EN) == [EN("helpdesk.none")]
