#include "report/style.h"

namespace rnngan {

namespace {

// Colours after Okabe and Ito, darkened or lightened where text contrast asks for it.
constexpr const char* kColours = R"(
:root{color-scheme:light dark;--bg:#fdfdfb;--ink:#1b1e23;--soft:#565d68;--line:#d9dce1;--grid:#e8eaee;
--panel:#ffffff;--link:#0b5fa5;--real:#0072b2;--syn:#c44f00;--floor:#2b2f36;--ceil:#6d7480;--mut:#9aa1ab;
--k0:#0072b2;--k1:#c44f00;--k2:#00805c;--k3:#b3588f;--k4:#8f7500;--k5:#2f8fcf;--zone:#00805c}
@media (prefers-color-scheme:dark){:root{--bg:#14171b;--ink:#e6e8eb;--soft:#a3abb6;--line:#39404a;
--grid:#262b32;--panel:#191d22;--link:#7cc0f5;--real:#56b4e9;--syn:#f0944d;--floor:#dfe3e8;--ceil:#9aa3af;
--mut:#6b737e;--k0:#56b4e9;--k1:#f0944d;--k2:#2fc495;--k3:#de8fc0;--k4:#e3cf4f;--k5:#8fa8ff;--zone:#2fc495}}
)";

constexpr const char* kPage = R"(
*{box-sizing:border-box}
html{font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
background:var(--bg);color:var(--ink);-webkit-text-size-adjust:100%}
body{max-width:1120px;margin:0 auto;padding:2.2rem 1.4rem 3rem}
h1{overflow-wrap:anywhere;font-size:1.75rem;line-height:1.2;font-weight:650;margin:0 0 .3rem;letter-spacing:-.01em}
h2{font-size:1.22rem;font-weight:650;margin:2.8rem 0 .6rem;padding-top:.7rem;border-top:2px solid var(--ink)}
h3{font-size:.98rem;font-weight:650;margin:0 0 .35rem}
p{margin:.4rem 0;max-width:46rem}
.sub{max-width:none;color:var(--soft);font-size:1.05rem;margin:0 0 1.1rem}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.7rem 1.4rem;margin:0;
padding:.9rem 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
.facts dt{font-size:.78rem;color:var(--soft)}
.facts dd{margin:0;font-size:.95rem;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding:0;margin:.8rem 0 0;font-size:.88rem}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}
figure{margin:1.5rem 0 2rem}
figcaption,.note{font-size:.86rem;color:var(--soft);max-width:50rem;margin-top:.5rem}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,230px),1fr));gap:.7rem 1rem}
.wide{grid-template-columns:repeat(auto-fill,minmax(min(100%,390px),1fr))}
.pairs{grid-template-columns:repeat(4,minmax(0,1fr))}
.grid svg{display:block;width:100%;height:auto;overflow:visible}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.15rem 1.3rem;padding:0;margin:.1rem 0 .5rem;font-size:.84rem}
.legend svg{vertical-align:-1px;margin-right:.45rem}
footer{margin-top:3rem;padding-top:.8rem;border-top:1px solid var(--line);font-size:.8rem;color:var(--soft)}
)";

constexpr const char* kTables = R"(
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums;margin:.3rem 0}
caption{text-align:left;color:var(--soft);padding:.2rem 0}
th,td{padding:.28rem .75rem .28rem 0;text-align:right;vertical-align:baseline;white-space:nowrap}
th:last-child,td:last-child{padding-right:0}
thead th{white-space:normal;font-weight:600;border-bottom:1px solid var(--ink);vertical-align:bottom}
tbody tr{border-bottom:1px solid var(--grid)}
th:first-child,th.t,td.t{text-align:left}
tbody th{font-weight:600}
td.t{white-space:normal;min-width:9rem;max-width:24rem}
table.wide{width:100%}
td small,th small{display:block;font-weight:400;color:var(--soft);font-size:.78rem;white-space:normal}
.best{font-weight:650}
.tie{color:var(--zone);font-weight:650}
.bad{color:var(--syn);font-weight:600}
.soft{color:var(--soft)}
td svg{vertical-align:-2px}
details{margin:.45rem 0}
summary{cursor:pointer;font-size:.84rem;color:var(--link);width:fit-content}
details details{margin-left:1rem}
pre{font:.8rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;background:var(--panel);
border:1px solid var(--line);border-radius:4px;padding:.7rem .9rem;overflow-x:auto;margin:.5rem 0;max-height:34rem}
code{font:.88em ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
)";

constexpr const char* kDrawings = R"(
svg text{font:10px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--soft);
font-variant-numeric:tabular-nums}
svg .h{font-size:11px;font-weight:600;fill:var(--ink)}
svg .e{text-anchor:end}
svg .m{text-anchor:middle}
svg .name{font-size:11px;fill:var(--ink)}
svg .tiename{fill:var(--zone);font-weight:600}
svg .bold{fill:var(--ink);font-weight:600}
.g{stroke:var(--grid);stroke-width:1;fill:none}
.x{stroke:var(--mut);stroke-width:1;fill:none}
.l{fill:none;stroke-width:1.6;stroke-linejoin:round}
.thin{stroke-width:1.1;opacity:.85}
.faint{stroke-width:1;opacity:.55}
.p{fill:none;stroke-width:4;stroke-linecap:round;opacity:.75}
.q{fill:none;stroke-width:1.2;opacity:.85}
.big{stroke-width:8;opacity:1}
.small{stroke-width:4;opacity:.6}
.a{stroke:none;opacity:.22}
.light{opacity:.13}
.l.solid{stroke-dasharray:none;stroke-width:2}
.b{fill-opacity:.22;stroke-opacity:.55;stroke-width:1}
.b.real{fill:var(--real)}
.dash{stroke-dasharray:5 2.5}
.real{stroke:var(--real)}.a.real{fill:var(--real)}
.syn{stroke:var(--syn)}.a.syn{fill:var(--syn)}
.floor{stroke:var(--floor);stroke-dasharray:1.5 2.5}.a.floor{fill:var(--mut)}
.ceil{stroke:var(--ceil);stroke-dasharray:7 2 1.5 2}
.mut{stroke:var(--mut)}.a.mut{fill:var(--mut)}
.ink{stroke:var(--ink)}
.k0{stroke:var(--k0)}.a.k0{fill:var(--k0)}
.k1{stroke:var(--k1)}.a.k1{fill:var(--k1)}
.k2{stroke:var(--k2)}.a.k2{fill:var(--k2)}
.k3{stroke:var(--k3)}.k4{stroke:var(--k4)}.k5{stroke:var(--k5)}
.l.k1{stroke-dasharray:5 2.5}.l.k2{stroke-dasharray:1.5 2}.l.k3{stroke-dasharray:8 2.5 1.5 2.5}.l.k4{stroke-dasharray:3 1.5}
.l.k5{stroke-dasharray:9 3}
)";

constexpr const char* kMedia = R"(
@media (max-width:900px){.pairs{grid-template-columns:repeat(2,minmax(0,1fr))}}
@media (max-width:640px){body{padding:1.2rem .9rem 2rem}}
@media (max-width:480px){.pairs{grid-template-columns:minmax(0,1fr)}h1{font-size:1.45rem}}
@media print{:root{--bg:#fff;--ink:#000;--soft:#333;--line:#bbb;--grid:#e4e4e4;--panel:#fff;--link:#000;--real:#0072b2;
--syn:#c44f00;--floor:#2b2f36;--ceil:#6d7480;--mut:#888;--k0:#0072b2;--k1:#c44f00;--k2:#00805c;--k3:#b3588f;--k4:#8f7500;
--k5:#2f8fcf;--zone:#00805c}
html{font-size:11px}body{max-width:none;padding:0}nav{display:none}
.grid,.pairs{grid-template-columns:repeat(4,minmax(0,1fr))}.wide{grid-template-columns:repeat(2,minmax(0,1fr))}
.grid svg,tr,.facts,li{break-inside:avoid}h2,h3,.legend,summary{break-after:avoid}figcaption{break-before:avoid}
a{text-decoration:none}.scroll{overflow:visible}pre{white-space:pre-wrap;max-height:none}@page{margin:15mm 13mm}}
)";

}  // namespace

std::string style_sheet() {
  return std::string(kColours) + kPage + kTables + kDrawings + kMedia;
}

}  // namespace rnngan
