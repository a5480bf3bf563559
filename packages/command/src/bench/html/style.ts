/** The style of a report. */
export const style = `:root{color-scheme:light dark;--ink:#1b1f24;--faint:#d8dee4;--a:#0969da;--b:#cf222e;--c:#8250df}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--faint:#30363d;--a:#58a6ff;--b:#ff7b72;--c:#bc8cff}}
body{margin:2rem auto;max-width:60rem;padding:0 1rem;font:15px/1.5 system-ui,sans-serif;color:var(--ink)}
h1{font-size:1.3rem;overflow-wrap:anywhere}
h2{font-size:1.05rem;margin-top:2rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .7rem;text-align:right;border-bottom:1px solid var(--faint)}
th:first-child,td:first-child{text-align:left}
.words td{text-align:left;overflow-wrap:anywhere}
.note{border-left:3px solid var(--b);padding-left:.8rem}
svg{width:100%;height:auto;margin-top:1rem}
svg text{font:12px system-ui,sans-serif;fill:var(--ink)}
svg .title{font-size:14px;font-weight:600}
svg .end{text-anchor:end}
svg .middle{text-anchor:middle}
svg .grid{stroke:var(--faint)}
svg polyline{fill:none;stroke-width:1.8}
svg .line0{stroke:var(--a)}
svg .line1{stroke:var(--b)}
svg .line2{stroke:var(--c)}
svg .name0{fill:var(--a)}
svg .name1{fill:var(--b)}
svg .name2{fill:var(--c)}`
