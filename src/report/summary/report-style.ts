/** The one style of the HTML report: light and dark, narrow and wide, on screen and on paper. */

export const STYLE = `
:root { color-scheme: light dark; --text: #1c2024; --dim: #5c6670; --line: #d5dade; --card: #f6f8f9; --back: #fff;
  --bad: #b3261e; --warn: #8a5a00; --good: #1a6e37; --open: #2f6fb7; --drop: #7a4fbf; }
@media (prefers-color-scheme: dark) { :root { --text: #e3e7ea; --dim: #9aa5ae; --line: #3a4249; --card: #22282d;
  --back: #181c20; --bad: #ff8a80; --warn: #f0b64f; --good: #6fcf8c; --open: #6aa9e9; --drop: #b99bf0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 24px; margin: 0 0 8px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 32px 0 12px; }
h3 { font-size: 16px; margin: 0 0 4px; overflow-wrap: anywhere; }
h4 { font-size: 14px; margin: 12px 0 2px; }
p, ul { margin: 4px 0; overflow-wrap: anywhere; }
.notes { white-space: pre-wrap; border-left: 3px solid var(--line); padding-left: 12px; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); gap: 4px 24px; margin: 16px 0; }
dl div { display: flex; gap: 8px; min-width: 0; }
dt { color: var(--dim); flex: none; }
dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
article { background: var(--card); border-left: 4px solid var(--line); border-radius: 4px; padding: 12px 16px; margin: 12px 0; break-inside: avoid; }
article.problem, article.failed { border-color: var(--bad); }
article.warning, article.interrupted { border-color: var(--warn); }
article.passed { border-color: var(--good); }
.kind { color: var(--dim); }
pre { overflow-x: auto; background: var(--back); border: 1px solid var(--line); border-radius: 4px; padding: 8px; font: 13px/1.4 ui-monospace, monospace; }
.table, figure { overflow-x: auto; margin: 8px 0; }
table { border-collapse: collapse; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { color: var(--dim); font-weight: 600; white-space: nowrap; }
svg { width: 100%; min-width: 640px; display: block; }
.label { font: 11px system-ui, sans-serif; fill: var(--dim); }
.open { fill: var(--open); } .open.simulated { fill: var(--drop); } .waiting { fill: var(--warn); } .grid { fill: var(--line); }
.clean { fill: var(--good); } .cross { fill: none; stroke-width: 2; } .cross.bad { stroke: var(--bad); } .cross.drop { stroke: var(--drop); }
rect.bad { fill: var(--bad); } rect.dim { fill: var(--dim); } rect.mark { fill: var(--good); } rect.drop { fill: var(--drop); }
@media print { body { font-size: 12px; } }
`;
