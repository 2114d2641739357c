"""The sign-in page as HTML: a form without a script, in both languages, light and dark, on a phone too."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from dashboard.words import LANGUAGES, Words
from pipelines.client import CampaignInfo, Viewer

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
STYLE = """
:root{color-scheme:light dark;--ink:#14202e;--soft:#4b5868;--back:#eef2f7;--card:#fff;--line:#d3dae3;--go:#0b63b6;
--on:#fff;--bad:#a52214;--badback:#fbe0dc}
@media (prefers-color-scheme:dark){:root{--ink:#e8eef6;--soft:#a9b7c9;--back:#0b1220;--card:#131d2e;--line:#27364c;
--go:#4aa3f0;--on:#06121f;--bad:#ff9585;--badback:#561a17}}
*{box-sizing:border-box}
@font-face{font-family:"Noto Sans SC";src:url(/app/static/NotoSansSC-Regular.woff2);font-weight:400}
@font-face{font-family:"Noto Sans SC";src:url(/app/static/NotoSansSC-Bold.woff2);font-weight:700}
body{margin:0;min-height:100vh;background:var(--back);color:var(--ink);font:15px/1.5 "Noto Sans SC",sans-serif;
display:flex;justify-content:center;align-items:flex-start;padding:6vh 16px}
main{width:100%;max-width:420px;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:28px}
h1{font-size:22px;margin:0 0 2px}h2{font-size:15px;margin:26px 0 8px}p{margin:0 0 14px;color:var(--soft)}
label{display:block;margin:12px 0 4px;font-weight:700}
input{width:100%;font:inherit;padding:10px 12px;border:1px solid var(--line);border-radius:6px;background:var(--back);
color:var(--ink)}
button,.go{display:block;width:100%;font:inherit;font-weight:700;padding:11px 12px;margin-top:18px;border:1px solid
var(--go);border-radius:6px;background:var(--go);color:var(--on);cursor:pointer;text-align:center;text-decoration:none}
button.one{margin-top:8px;background:transparent;color:var(--ink);border-color:var(--line);text-align:left;
display:flex;justify-content:space-between;gap:12px}
button.one small{font-weight:400;color:var(--soft)}
:focus-visible{outline:3px solid var(--go);outline-offset:2px}
.bad{background:var(--badback);color:var(--bad);border-radius:6px;padding:10px 12px;margin:14px 0;font-weight:700}
footer{margin-top:26px;padding-top:14px;border-top:1px solid var(--line);color:var(--soft);font-size:13px}
nav{float:right;font-size:13px}a{color:var(--go)}
"""


@dataclass(frozen=True)
class SignInPage:
    """What the page shows: the campaign if it is known, what went wrong, whom one click signs in, where to go then."""

    campaign: CampaignInfo | None
    then: str
    failure: str = ""
    user_id: str = ""
    demo: Sequence[Viewer] = ()
    has_provider: bool = False

    def html(self, words: Words) -> str:
        """Return the document in the viewer's language."""
        title = words("app.title")
        if self.campaign is not None:
            title = words("app.heading", district=words.either(self.campaign.district_name))
        parts = [
            f'<nav aria-label="{escape(words("app.language"))}">{self._languages(words)}</nav>',
            f"<h1>{escape(title)}</h1><p>{escape(words('signin.title'))}</p>",
            f'<div class="bad" role="alert">✕ {escape(self.failure)}</div>' if self.failure else "",
            self._form(words),
            self._provider(words),
            self._demo(words),
            f"<footer>{escape(self._help(words))}</footer>",
        ]
        head = (
            f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(words('signin.title'))} · {escape(title)}</title><style>{STYLE}</style>"
        )
        return f'<!doctype html><html lang="{words.language}"><head>{head}</head><body><main>{"".join(parts)}</main>'

    def _languages(self, words: Words) -> str:
        then = quote(self.then, safe="")
        others = [language for language in LANGUAGES if language != words.language]
        return " ".join(
            f'<a href="/sign-in?lang={one}&amp;next={then}" lang="{one}">{LANGUAGE_NAMES[one]}</a>' for one in others
        )

    def _hidden(self, words: Words) -> str:
        return (
            f'<input type="hidden" name="next" value="{escape(self.then)}">'
            f'<input type="hidden" name="lang" value="{words.language}">'
        )

    def _form(self, words: Words) -> str:
        return (
            f'<form method="post" action="/sign-in">{self._hidden(words)}'
            f'<label for="user">{escape(words("signin.user"))}</label>'
            f'<input id="user" name="user" value="{escape(self.user_id)}" autocomplete="username" '
            f'autocapitalize="none" spellcheck="false" maxlength="64" required autofocus>'
            f'<label for="password">{escape(words("signin.password"))}</label>'
            f'<input id="password" name="password" type="password" autocomplete="current-password" maxlength="128" '
            f"required>"
            f"<button>{escape(words('signin.go'))}</button></form>"
        )

    def _provider(self, words: Words) -> str:
        if not self.has_provider:
            return ""
        there = f"/sign-in/provider?lang={words.language}&amp;next={quote(self.then, safe='')}"
        return f'<a class="go" href="{there}">{escape(words("signin.provider"))}</a>'

    def _demo(self, words: Words) -> str:
        if not self.demo:
            return ""
        buttons = "".join(
            f'<button class="one" name="user" value="{escape(viewer.user_id)}">'
            f"<span>{escape(words(f'user_role.{viewer.role}'))}</span>"
            f"<small>{escape(self._place(viewer, words))}</small></button>"
            for viewer in self.demo
        )
        return (
            f"<h2>{escape(words('signin.demo'))}</h2><p>{escape(words('signin.demo.why'))}</p>"
            f'<form method="post" action="/sign-in/demo">{self._hidden(words)}{buttons}</form>'
        )

    def _place(self, viewer: Viewer, words: Words) -> str:
        if self.campaign is None:
            return viewer.name
        names = {site.site_id: site.name for site in self.campaign.sites}
        names |= {town.town_code: town.name for town in self.campaign.towns}
        found = names.get(viewer.scope.id or "")
        return words.either(found) if found else words("access.scope.district")

    def _help(self, words: Words) -> str:
        desk = self.campaign.helpdesk if self.campaign else None
        if desk is None:
            return words("signin.help")
        return words("signin.help.desk", name=words.either(desk.name), phone=desk.phone)
