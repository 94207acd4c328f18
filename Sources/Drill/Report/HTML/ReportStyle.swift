/// The style sheet of a report: light and dark as the reader's system is, light on paper.
enum ReportStyle {
  static let text = """
    :root{\(ReportPalette.light.variables)}
    @media screen and (prefers-color-scheme:dark){:root{\(ReportPalette.dark.variables)}}
    *{box-sizing:border-box}
    body{margin:0 auto;padding:2rem 1.25rem;max-width:60rem;background:var(--paper);color:var(--ink);
    font:16px/1.5 system-ui,sans-serif}
    h1{font-size:1.7rem;margin:0 0 .5rem}h2{font-size:1.2rem;margin:2.2rem 0 .6rem}
    p,li{max-width:46rem}small,.note{color:var(--faint);font-size:.9rem}
    .verdict{display:inline-block;font-weight:700;padding:.35rem .8rem;border:2px solid;border-radius:.4rem}
    .passed,.met{color:var(--good)}.failed,.missed{color:var(--bad)}.met,.missed{font-weight:600}
    .incomplete{color:var(--faint)}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.25rem;margin:1.2rem 0}
    dt{color:var(--faint)}dd{margin:0}
    .wide{overflow-x:auto}
    table{border-collapse:collapse;font-size:.93rem;font-variant-numeric:tabular-nums}
    th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--rule);vertical-align:top}
    th{color:var(--faint);font-weight:600}.n{text-align:right}td.n{white-space:nowrap}
    figure{margin:1.2rem 0}figcaption{color:var(--faint);font-size:.9rem}
    svg{width:100%;height:auto;font:11px system-ui,sans-serif}
    svg text{fill:var(--ink)}svg .faint{fill:var(--faint)}
    .grid{stroke:var(--rule);stroke-width:1}.mark{stroke:var(--faint);stroke-width:1;stroke-dasharray:2 3}
    .line{fill:none;stroke-width:2;stroke-linejoin:round}.ink{stroke:var(--ink)}.thin{stroke-width:1.2}
    .dash{stroke-dasharray:7 4}.dots{stroke-dasharray:2 3}
    .aim{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:8 3 2 3}
    .bar{fill:var(--bad)}.step{fill:var(--c0)}.undone{fill:var(--paper);stroke:var(--bad);stroke-width:1.5}
    .dot{fill:var(--c0);fill-opacity:.75}
    \(ReportPalette.light.clouds.indices.map { ".c\($0){stroke:var(--c\($0))}" }.joined())
    @media print{body{padding:0;max-width:none;font-size:10.5pt}h2{break-after:avoid}
    figure,tr,.verdict{break-inside:avoid}}
    """
}
