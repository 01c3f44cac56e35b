/** An explanation as people read it. */
import { type Targets, totalUnits } from '../../lambdas/core/model.ts';
import type { Io } from '../program/io.ts';
import { painted, shown, spanText, timeText } from '../program/text.ts';
import type { Explanation, Later } from './explanation.ts';
import type { Section } from './sections.ts';

const MOST_LATER = 12;

const TERMS = [
  ['work', 'workUnits'],
  ['memory', 'memoryUnits'],
  ['counts', 'countsUnits'],
  ['forecast', 'forecastUnits'],
  ['reserve', 'reserveUnits'],
] as const;

const targetsText = (targets: Targets | null): string =>
  targets === null
    ? 'unknown'
    : `${totalUnits(targets)} units (${targets.onDemandUnits} on-demand + ${targets.spotUnits} spot)`;

const headline = ({ cluster, at, now, mode, verdict, before, targets }: Explanation): string => {
  const change =
    verdict === 'steady'
      ? `steady at ${targetsText(targets)}`
      : `${verdict}, ${targetsText(before)} → ${targetsText(targets)}`;
  const shadow = mode === 'act' ? '' : `, mode ${mode}`;
  return `${cluster} at ${timeText(at)} (${spanText(now - at)} ago): ${change}${shadow}`;
};

const said = ({ reasons }: Explanation, section: Section): readonly string[] =>
  reasons.filter((reason) => reason.section === section).map(({ sentence }) => sentence);

const termsLine = ({ terms }: Explanation): readonly string[] => {
  const known = TERMS.flatMap(([name, field]) => {
    const value = terms[field];
    return value === undefined ? [] : [`${name} ${shown(value)}`];
  });
  return known.length === 0 ? [] : [`In units: ${known.join(', ')}.`];
};

const numberLine = (name: string, units: number | undefined): readonly string[] =>
  units === undefined ? [] : [`${name} ${shown(units)} units.`];

const wanted = ({ terms }: Explanation): readonly string[] => [
  `${shown(terms.wantedUnits)} units are wanted${terms.heldUnits === undefined ? '' : `; the most in the hold is ${shown(terms.heldUnits)}`}.`,
];

/** Why it does not shrink is always told, because that is what is asked most. */
const shrinking = (explanation: Explanation): readonly string[] => {
  const told = [...said(explanation, 'shrinking')];
  const { verdict, targets, terms, mode } = explanation;
  if (verdict === 'shrink' || targets === null || mode === 'paused') return told;
  const inForce = totalUnits(targets);
  if (told.length === 0 && terms.wantedUnits >= inForce)
    return [`It does not shrink: all of its ${inForce} units are wanted.`];
  const signals = said(explanation, 'signal').length > 0 && terms.wantedUnits < inForce;
  return signals ? [...told, 'It does not shrink on a signal that cannot be believed.'] : told;
};

const ENDED = {
  accepted: 'EMR has accepted it',
  failed: 'the call failed',
  unknown: 'how the call ended is not known',
};

const sent = ({ sent: command, mode }: Explanation): readonly string[] => {
  if (command === null) return [mode === 'shadow' ? 'Nothing: shadow mode.' : 'Nothing.'];
  const { targets, onDemandTimeoutSeconds, spotTimeoutSeconds, outcome } = command;
  const timeouts = `timeouts ${spanText(onDemandTimeoutSeconds)} and ${spanText(spotTimeoutSeconds)}`;
  return [`ModifyInstanceFleet to ${targetsText(targets)}, ${timeouts}; ${ENDED[outcome]}.`];
};

const laterLine = ({ at, verdict, fromUnits, toUnits, sent: isSent, sentence }: Later): string => {
  const units = fromUnits === toUnits ? shown(toUnits) : `${shown(fromUnits)} → ${shown(toUnits)}`;
  return `${timeText(at)} ${verdict}, ${units} units${isSent ? ', sent' : ''}: ${sentence}`;
};

const since = ({ sameTicks, lastTickAt, at, later }: Explanation): readonly string[] => {
  if (later.length > 0) {
    const left = later.length - MOST_LATER;
    const more = left > 0 ? [`… and ${left} more records.`] : [];
    return [...later.slice(0, MOST_LATER).map(laterLine), ...more];
  }
  if (sameTicks === 0 || lastTickAt === null || lastTickAt === at) return ['No tick has come to its end since.'];
  if (sameTicks === 1) return [`1 tick with the same result, at ${timeText(lastTickAt)}.`];
  return [`${sameTicks} ticks with the same result, the last at ${timeText(lastTickAt)}.`];
};

const whenText = (at: number, now: number): string =>
  at > now ? `(${timeText(at)}, in ${spanText(at - now)})` : `(${timeText(at)})`;

const waits = ({ waitsFor, now }: Explanation): readonly string[] =>
  waitsFor.map(({ sentence, at }) => (at === null ? sentence : `${sentence} ${whenText(at, now)}`));

const block = (io: Pick<Io, 'colours'>, title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `${painted(io, 'bold', title)}\n${lines.map((line) => `  ${line}\n`).join('')}`;

/** All of it, in the order in which somebody asks. */
export const explanationText = (explanation: Explanation, io: Pick<Io, 'colours'>): string => {
  const { terms, problems } = explanation;
  const blocks: readonly (readonly [string, readonly string[]])[] = [
    ['Problems', problems.map(({ sentence }) => sentence)],
    ['Signal', said(explanation, 'signal')],
    ['Demand', [...said(explanation, 'demand'), ...termsLine(explanation)]],
    ['Reserve', said(explanation, 'reserve')],
    ['Floors', [...said(explanation, 'floors'), ...numberLine('The highest floor is', terms.floorUnits)]],
    ['Alarms', [...said(explanation, 'alarms'), ...numberLine('Alarms ask for', terms.alarmUnits)]],
    ['Ceilings', [...said(explanation, 'ceilings'), ...numberLine('The lowest ceiling is', terms.ceilingUnits)]],
    ['Wanted', wanted(explanation)],
    ['Markets', said(explanation, 'markets')],
    ['Shrinking', shrinking(explanation)],
    ['Acting', said(explanation, 'acting')],
    ['Sent', sent(explanation)],
    ['Since then', since(explanation)],
    ['Waits for', waits(explanation)],
  ];
  return `${headline(explanation)}\n${blocks.map(([title, lines]) => block(io, title, lines)).join('')}`;
};
