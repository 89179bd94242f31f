/** What pages are made of: rows, tables, answers, forms. */
export const parts = `
.rows { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
.rows > li { display: grid; grid-template-columns: 6.2rem minmax(0, 1fr) minmax(9.5rem, auto); gap: .2rem 1.2rem; padding: .95rem 0; border-bottom: 1px solid var(--line); align-items: baseline; }
.rows.plain > li { grid-template-columns: minmax(0, 1fr) minmax(9.5rem, auto); }
.rows .name { font-weight: 620; }
.rows .sub { color: var(--soft); font-size: .92rem; margin: .1rem 0 0; max-width: 40rem; }
.rows .end { text-align: right; font-size: .92rem; font-variant-numeric: tabular-nums; }
.rows .end .soft { display: block; }
.band { font-size: .86rem; font-weight: 620; white-space: nowrap; color: var(--unknown); }
.band::before { content: ""; display: inline-block; width: .58em; height: .58em; margin-right: .5em; border-radius: 50%; background: currentColor; }
.band.critical { color: var(--critical); } .band.critical::before { border-radius: 1px; transform: rotate(45deg); }
.band.high { color: var(--high); } .band.medium { color: var(--medium); } .band.low { color: var(--low); }
.band.low::before, .band.unknown::before { background: none; border: 2px solid currentColor; }
.tag { display: inline-block; font-size: .78rem; font-weight: 620; padding: .05rem .45rem; border-radius: 3px; background: var(--sunk); color: var(--soft); margin-left: .45rem; }
.tag.alarm { background: var(--bad-wash); color: var(--critical); }
.due { font-weight: 620; } .due.breached { color: var(--critical); } .due.at_risk { color: var(--high); } .due.met { color: var(--good); font-weight: 500; }
.clock { display: block; width: 100%; max-width: 9.5rem; height: 4px; margin: .4rem 0 0 auto; border-radius: 2px; background: var(--sunk); color: var(--strong-line); }
.clock.at_risk { color: var(--high); } .clock.breached { color: var(--critical); }
.scroll { overflow-x: auto; margin: 0 calc(-1 * var(--gap)); padding: 0 var(--gap); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: .92rem; padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: baseline; padding: .6rem 1rem .6rem 0; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
td.wrap { overflow-wrap: anywhere; min-width: 9rem; }
thead th { font-size: .82rem; font-weight: 500; color: var(--soft); border-bottom-color: var(--strong-line); }
tbody th { font-weight: 620; }
td.number, th.number { text-align: right; padding-right: clamp(1rem, 3vw, 2.2rem); }
td, tbody th { white-space: nowrap; } td.wrap { white-space: normal; }
.under { display: block; color: var(--soft); font-size: .84rem; }
td.zero { color: var(--soft); }
.facts { display: grid; grid-template-columns: minmax(7rem, auto) minmax(0, 1fr); gap: .45rem 1.4rem; margin: 0; }
.facts dt { color: var(--soft); font-size: .92rem; } .facts dd { margin: 0; }
.answer { border-left: 6px solid var(--strong-line); background: var(--calm-wash); padding: clamp(1.1rem, 4vw, 2rem) clamp(1.1rem, 4vw, 2.2rem); margin: 1.2rem 0 1.6rem; border-radius: 0 6px 6px 0; }
.answer strong { display: block; font: 600 clamp(2.3rem, 9vw, 4rem)/1.05 var(--serif); letter-spacing: -.025em; margin-bottom: .6rem; }
.answer p { margin: 0; font-size: 1.08rem; }
.answer.affected { border-color: var(--critical); background: var(--bad-wash); } .answer.affected strong { color: var(--critical); }
.answer.under_investigation, .answer.unknown { border-color: var(--medium); background: var(--wait-wash); }
.answer.fixed, .answer.not_affected { border-color: var(--good); background: var(--good-wash); } .answer.fixed strong, .answer.not_affected strong { color: var(--good); }
.verdict { font-weight: 620; } .verdict.affected { color: var(--critical); } .verdict.under_investigation, .verdict.unknown { color: var(--medium); } .verdict.fixed, .verdict.not_affected { color: var(--good); }
.line { display: flex; align-items: stretch; background: var(--raised); border: 1px solid var(--strong-line); border-radius: 6px; margin: .6rem 0; max-width: 52rem; }
.line code { flex: 1; padding: .8rem 1rem; overflow-x: auto; white-space: pre; overflow-wrap: normal; }
.line code:focus-visible { outline-offset: -3px; }
button, .button { font: inherit; font-size: .94rem; font-weight: 600; color: var(--accent-ink); background: var(--accent); border: 1px solid var(--accent); border-radius: 5px; padding: .55rem 1.1rem; cursor: pointer; text-decoration: none; }
button:hover { filter: brightness(1.08); }
.end form + form { margin-top: .4rem; }
.quiet { background: none; color: var(--accent); border-color: var(--strong-line); }
.checks { border: 0; padding: 0; margin: 0 0 1.2rem; } .checks legend { font-size: .9rem; color: var(--soft); padding: 0; } .checks label { display: block; padding: .3rem 0; } .checks input { display: inline-block; width: auto; min-height: 0; margin: 0 .5rem 0 0; }
.copy { background: none; color: var(--accent); border: 0; border-left: 1px solid var(--line); border-radius: 0 5px 5px 0; min-width: 5.2rem; }
.ask { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: 0 0 1.6rem; max-width: 44rem; }
.ask label { flex: 1 1 14rem; font-size: .9rem; color: var(--soft); }
.ask .narrow { flex: 0 1 9.5rem; }
input, select { display: block; width: 100%; font: inherit; color: var(--ink); background: var(--raised); border: 1px solid var(--strong-line); border-radius: 5px; padding: .55rem .75rem; margin-top: .25rem; min-height: 2.75rem; }
select { padding-right: .3rem; min-width: 13rem; }
.ask button { min-height: 2.75rem; }
.split { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0 clamp(2rem, 6vw, 4rem); }
.empty { border: 1px dashed var(--strong-line); border-radius: 6px; padding: 1.3rem 1.5rem; color: var(--soft); max-width: 44rem; }
.empty p, .empty ul { margin: 0; } .empty ul { padding-left: 1.2rem; } .empty .line { margin-bottom: 0; } .empty p + p { margin-top: .4rem; }
.more { margin-top: 1.2rem; display: flex; flex-wrap: wrap; gap: .4rem 1.5rem; }
.journal { list-style: none; margin: 0; padding: 0; font-size: .93rem; } .journal li { padding: .45rem 0; border-bottom: 1px solid var(--line); } .journal time { color: var(--soft); }
.notice { border-left: 4px solid var(--critical); background: var(--bad-wash); padding: .8rem 1.1rem; margin: 0 0 1.6rem; border-radius: 0 5px 5px 0; } .notice p { margin: 0; }
.notice.calm { border-color: var(--strong-line); background: var(--calm-wash); }
.more [aria-current] { font-weight: 650; color: var(--ink); text-decoration: none; }
.prose { white-space: pre-line; max-width: 44rem; margin-top: 1.2rem; }
.diff, .sheet { overflow-x: auto; background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; font-size: .82rem; line-height: 1.45; max-height: 40rem; } .diff .added { background: var(--good-wash); } .diff .removed { background: var(--bad-wash); } .diff .place { color: var(--soft); }
details summary { cursor: pointer; color: var(--accent); padding: .3rem 0; } 
.evidence { margin: .3rem 0 0; padding-left: 1.1rem; font-size: .92rem; color: var(--soft); }
figure { margin: 0 0 1rem; } figcaption { color: var(--soft); font-size: .86rem; }
.chart { display: block; width: 100%; height: auto; font-size: 15px; color: var(--ink); } .chart text { fill: var(--ink); font-variant-numeric: tabular-nums; }
.chart .axis line { stroke: var(--line); } .chart .axis text { fill: var(--soft); } .chart .kept { color: var(--good); } .chart .missed { color: var(--critical); }
dialog { border: 1px solid var(--strong-line); border-radius: 8px; background: var(--raised); color: var(--ink); padding: 1.5rem 2rem; max-width: 24rem; } dialog::backdrop { background: rgb(0 0 0 / .45); } dialog h2 { margin-top: 0; }
textarea { display: block; width: 100%; font: inherit; color: var(--ink); background: var(--raised); border: 1px solid var(--strong-line); border-radius: 5px; padding: .55rem .75rem; margin-top: .25rem; resize: vertical; }
input[type=checkbox] { display: inline-block; width: 1.15rem; height: 1.15rem; min-height: 0; margin: 0; accent-color: var(--accent); vertical-align: -.15rem; }
.ask .tick { flex: 0 0 auto; padding-bottom: .65rem; }
.rows.work > li { position: relative; } .rows.work > li:has(input) { padding-left: 2.2rem; }
.rows.work input { position: absolute; left: .2rem; top: 1.15rem; }
.summary { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; align-items: baseline; padding: .8rem 0; border: solid var(--line); border-width: 1px 0; }
.summary .end { display: flex; flex-wrap: wrap; gap: 0 .6rem; align-items: baseline; margin-left: auto; font-size: .92rem; } .summary .clock { display: none; }
.desk { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 22rem); gap: 0 clamp(1.5rem, 4vw, 3rem); align-items: start; }
.desk aside { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow-y: auto; padding: 1.4rem .3rem 1rem; }
.desk h3 { margin-bottom: .5rem; }
.decide label { display: block; font-size: .9rem; color: var(--soft); margin: .6rem 0; } .decide select { min-width: 0; }
.decide form > button { margin: .6rem 0; }
.fold { border-bottom: 1px solid var(--line); } .fold > summary { padding: .6rem 0; } .fold > form { padding: 0 0 .6rem; }
.fold summary kbd, .one kbd { float: right; font-size: .8rem; color: var(--soft); } .one kbd { float: none; margin-left: .6rem; background: none; color: inherit; }
.acts { display: flex; flex-wrap: wrap; gap: .6rem; } .acts form > button { margin: 0; }
.waits { border-left: 4px solid var(--medium); background: var(--wait-wash); padding: .8rem 1rem; margin-bottom: 1.2rem; border-radius: 0 5px 5px 0; } .waits .facts { grid-template-columns: minmax(0, 1fr); gap: .1rem; font-size: .92rem; }
.bulk { margin-top: 1.2rem; } section + .ask { margin-top: 2rem; } .summary .jump { display: none; } .desk aside:focus { outline: none; }
@media (max-width: 60rem) { .desk { grid-template-columns: minmax(0, 1fr); } .desk aside { position: static; max-height: none; } .summary .end { margin-left: 0; } .summary .jump { display: inline; } }
@media (hover: none) { .fold summary kbd, .one kbd { display: none; } }
@media (max-width: 40rem) {
  .rows > li, .rows.plain > li { grid-template-columns: minmax(0, 1fr); }
  .rows .end { text-align: left; margin-top: .3rem; } .rows .end .soft { display: inline; margin-left: .6rem; }
  .clock { margin-left: 0; max-width: none; }
  .line code { white-space: pre-wrap; overflow-wrap: anywhere; }
  .facts { grid-template-columns: minmax(0, 1fr); gap: .1rem; } .facts dd { margin-bottom: .7rem; }
  th, td { padding-right: .7rem; }
}
`;
