"""Style sheets made smaller say the same about what is there."""

import pytest

from livinglab.adapters.css import squeeze, trim

USED = {"btn", "row"}.__contains__


@pytest.mark.parametrize(
    ("sheet", "kept"),
    [
        (".btn{color:red}", ".btn{color:red}"),
        (".card{color:red}", ""),
        (".btn,.card{a:b}", ".btn{a:b}"),
        (".btn.card,.row .btn:hover{a:b}", ".row .btn:hover{a:b}"),
        ("a:not(.card,.btn),p{a:b}", "p{a:b}"),
        ("a:not(.row,.btn),p{a:b}", "a:not(.row,.btn),p{a:b}"),
        ("/* of .card */p{a:b}", "p{a:b}"),
        ('@charset "UTF-8";:root{--a:1}', '@charset "UTF-8";:root{--a:1}'),
        ("@media (min-width:1px){.btn{a:b}.card{a:b}}", "@media (min-width:1px){.btn{a:b}}"),
        ("@media print{.card{a:b}}p{c:d}", "p{c:d}"),
        ("@supports (a:b){@media print{.card{a:b}}}", ""),
        ("@keyframes spin{to{a:b}}", "@keyframes spin{to{a:b}}"),
        ("@font-face{font-family:x}", "@font-face{font-family:x}"),
        ("a[href$='.card']{a:b}", ""),
    ],
)
def test_rules_that_can_meet_nothing_are_left_out(sheet, kept):
    assert trim(sheet, USED) == kept


@pytest.mark.parametrize(
    ("sheet", "small"),
    [
        ("a {\n  color: red;\n  top: 0;\n}\n", "a{color:red;top:0}"),
        ("a,\nb > c :hover {\n  d: e;\n}", "a,b > c :hover{d:e}"),
        ('a::before {\n  content: attr(x) ": ";\n}', 'a::before{content:attr(x) ": "}'),
        ("a { b: calc(100% - 2px); }", "a{b:calc(100% - 2px)}"),
        (
            "@media (min-width: 48rem) and print { a { b: c } }",
            "@media (min-width:48rem) and print{a{b:c}}",
        ),
        ("/* why: { } */ a { b: c }", "a{b:c}"),
    ],
)
def test_blanks_go_only_where_none_is_needed(sheet, small):
    assert squeeze(sheet).strip() == small


def test_squeezing_twice_is_squeezing_once():
    sheet = "a { b : c ; }\n@media print { d::after { content: 'x { y' } }"
    assert squeeze(squeeze(sheet)) == squeeze(sheet)
