/** A plan as one HTML file: price against speed, what was taken and left and why. It asks nobody for anything. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Catalogue } from '../catalogue/model.ts';
import type { LeftType, Plan } from '../portfolio/model.ts';
import { planSentence } from '../portfolio/reasons.ts';
import { chartSvg } from './chart.ts';
import { dollars, escaped, percent } from './html.ts';
import { isCandidate, pointsOf } from './points.ts';
import { chosenTable, leftTable } from './tables.ts';

const source = (file: string): string => readFileSync(path.join(import.meta.dirname, file), 'utf8');

/** What the page may run and look like: itself alone, known by its checksum; and nothing from anywhere else. */
const guard = (script: string, style: string): string => {
  const sum = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; script-src ${sum(script)}; style-src ${sum(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
};

const figure = (name: string, value: string, beneath: string): string =>
  `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd><dd>${escaped(beneath)}</dd></div>`;

/** How a price stands to that of r5.4xlarge alone. */
const against = (price: number, reference: number | undefined): string => {
  if (reference === undefined) return 'r5.4xlarge is not in the catalogue';
  const share = 1 - price / reference;
  return `${percent(Math.abs(share))} ${share >= 0 ? 'less' : 'more'} than on r5.4xlarge alone (${dollars(reference)})`;
};

const figures = (plan: Plan): string => {
  const { question } = plan;
  const load = `an hour for ${question.loadUnits} units of work`;
  return [
    '<dl class="figures">',
    figure('On spot', dollars(plan.spotUsdPerHour), load),
    figure('On-demand', dollars(plan.onDemandUsdPerHour), load),
    figure(
      'Per unit of work, spot',
      dollars(plan.spotUsdPerWorkHour),
      against(plan.spotUsdPerWorkHour, plan.referenceUsdPerWorkHour),
    ),
    figure('Goes with the largest pool', percent(plan.largestPoolShare), 'of the capacity, at most'),
    figure('Expected losses', percent(plan.lossesPerMonth), 'of the capacity a month'),
    '</dl>',
  ].join('\n');
};

const place = ({ region, zone, release }: Catalogue): string =>
  [zone ?? region, release].filter((one) => one !== undefined).join(', ');

const head = ({ question }: Plan, catalogue: Catalogue): string =>
  [
    '<header>',
    `<h1>Instance types for ${escaped(place(catalogue))}</h1>`,
    `<p class="quiet">${escaped(question.objective)} · a unit is ${question.coresPerUnit} vCPU · at most ${question.maximumUnits} units · speed by ${escaped(question.score)} · prices of ${escaped(catalogue.at.slice(0, 10))}, EMR’s fee included</p>`,
    `<p class="quiet">Filter: <code>${escaped(question.filter === '' ? 'none' : question.filter)}</code></p>`,
    '</header>',
  ].join('\n');

const notices = ({ notices: given }: Plan): string =>
  given.length === 0
    ? ''
    : `<section><h2>To know</h2><ul class="notices">${given.map((one) => `<li>${escaped(planSentence(one))}</li>`).join('')}</ul></section>`;

const legend = (plan: Plan): string => {
  const item = (svg: string, text: string): string => `<li><svg aria-hidden="true">${svg}</svg>${escaped(text)}</li>`;
  const mark = (name: string, shape: string): string => `<g class="point ${name}">${shape}</g>`;
  const line = (name: string): string => `<line class="ray ${name}" x1="0" x2="24" y1="7" y2="7"/>`;
  const reference = plan.referenceUsdPerWorkHour;
  return [
    '<ul class="legend">',
    item(mark('chosen', '<circle cx="12" cy="7" r="7"/>'), 'taken, with its number below'),
    item(mark('left', '<circle cx="12" cy="7" r="4"/>'), 'left'),
    item(
      mark('left', '<circle cx="6" cy="7" r="4"/><rect x="14" y="3" width="8" height="8" rx="2"/>'),
      'x86_64, arm64',
    ),
    plan.chosen.length === 0 ? '' : item(line('mean'), 'work costs as much as in this plan'),
    reference === undefined ? '' : item(line('reference'), 'work costs as much as on r5.4xlarge alone'),
    '</ul>',
  ].join('\n');
};

const chart = (plan: Plan): string => {
  const points = pointsOf(plan);
  const unrated = plan.left.filter((one) => isCandidate(one) && one.rated === undefined).length;
  return [
    '<section>',
    '<h2>Price against speed</h2>',
    legend(plan),
    chartSvg(plan, points),
    `<p class="quiet">Below a line work is cheaper than on it. ${points.length} types${unrated === 0 ? '' : `; ${unrated} more have no place here: their row says why`}.</p>`,
    '</section>',
  ].join('\n');
};

const leftSection = (title: string, left: readonly LeftType[]): string =>
  left.length === 0
    ? ''
    : `<section><details><summary>${title}: ${left.length} types</summary>${leftTable(title, left)}</details></section>`;

const tables = (plan: Plan): string =>
  [
    `<section><h2>Taken: ${plan.chosen.length} types</h2>`,
    '<p class="quiet">Share is what the plan reckons with. Which of them EMR starts is decided by its allocation strategy, at every resize.</p>',
    `${chosenTable(plan)}</section>`,
    leftSection('Left', plan.left.filter(isCandidate)),
    leftSection(
      'Left by the filter',
      plan.left.filter((one) => !isCandidate(one)),
    ),
  ].join('\n');

const sources = ({ sources: given }: Catalogue): string => {
  const lines = given.map(
    ({ what, from, date, licence }) =>
      `<li>${escaped(what)}: ${escaped(from)}, ${escaped(date)}${licence === undefined ? '' : `, ${escaped(licence)}`}</li>`,
  );
  return `<section><details><summary>Where the figures come from</summary><ul class="notices">${lines.join('')}</ul></details></section>`;
};

/**
 * The page of a plan.
 * @param catalogue that the plan was made of
 */
export const planPage = (plan: Plan, catalogue: Catalogue): string => {
  const [style, script] = [source('page.css'), source('client.js')];
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="content-security-policy" content="${escaped(guard(script, style)).replaceAll('&#39;', "'")}">`,
    '<link rel="icon" href="data:,">',
    `<title>Instance types for ${escaped(place(catalogue))}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<main>',
    head(plan, catalogue),
    figures(plan),
    notices(plan),
    chart(plan),
    tables(plan),
    sources(catalogue),
    '</main>',
    `<script type="module">${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
};
