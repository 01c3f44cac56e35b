import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lacksOf } from '../../../planning/catalogue/coverage.ts';
import { familyOf } from '../../../planning/catalogue/model.ts';
import { parseCatalogue } from '../../../planning/catalogue/read.ts';
import { catalogueOfTable, shippedCatalogue, shippedFacts } from '../../../planning/catalogue/shipped.ts';
import { readFacts } from '../../../planning/catalogue/sources/recognise.ts';
import { shippedTable } from '../../../scripts/shipped-table.ts';
import { DATA, recordedTest } from '../../simulator/recorded.ts';

const CSV = join(DATA, 'catalog/aws_instance_catalog.csv');
const shipped = shippedCatalogue();

describe('the shipped catalogue', () => {
  test('is a catalogue, and a plan can be made of it', () => {
    expect(parseCatalogue(JSON.parse(JSON.stringify(shipped))).problems).toBeUndefined();
    expect(lacksOf(shipped)).toEqual([]);
  });

  test('has the families that clusters are made of, arm64 and x86_64, and nothing else', () => {
    const families = new Set(shipped.types.map(({ name }) => familyOf(name)));
    for (const family of [
      'm5',
      'm6g',
      'm7i',
      'r5',
      'r5d',
      'r6g',
      'r6gd',
      'r7a',
      'r8g',
      'c5',
      'c6i',
      'c7g',
      'i3',
      'i4i',
    ]) {
      expect(families).toContain(family);
    }
    for (const { name, vcpu, gpus, emrSupported } of shipped.types) {
      expect([name, vcpu >= 4 && vcpu <= 96, gpus, emrSupported]).toEqual([name, true, 0, true]);
    }
    expect(new Set(shipped.types.map(({ arch }) => arch))).toEqual(new Set(['x86_64', 'arm64']));
  });

  test('spot never costs nothing or the moon, and is told to be an estimate', () => {
    for (const { name, onDemandUsdPerHour = 0, spotUsdPerHour = 0, emrUsdPerHour = 0, estimated } of shipped.types) {
      expect([name, spotUsdPerHour > 0.1 * onDemandUsdPerHour && spotUsdPerHour <= onDemandUsdPerHour]).toEqual([
        name,
        true,
      ]);
      expect([name, emrUsdPerHour / onDemandUsdPerHour]).toEqual([name, expect.closeTo(0.25, 3)]);
      expect(estimated).toContain('spotUsdPerHour');
    }
  });

  test('EMR fees that a source tells are not called estimates', () => {
    const told = shipped.types.filter(({ estimated }) => !estimated?.includes('emrUsdPerHour'));
    expect(told.map(({ name, emrUsdPerHour }) => [name, emrUsdPerHour])).toEqual([
      ['m5.xlarge', 0.048],
      ['r5.4xlarge', 0.252],
    ]);
  });

  test('every source has a date, and none of the recorded files is in it: it is small', () => {
    for (const { date } of shipped.sources) expect(date).toMatch(/^20\d\d-\d\d/);
    expect(readFileSync(join(__dirname, '../../../planning/catalogue/shipped.json')).length).toBeLessThan(60_000);
  });

  test('the page about it tells how many types it has, and which families have no speed', () => {
    const page = readFileSync(join(__dirname, '../../../docs/catalogue.md'), 'utf8');
    expect(page).toContain(`\n${shipped.types.length} types of us-east-1`);
    const slow = shipped.types.filter(({ scores }) => scores['coremark'] === undefined);
    const families = [...new Set(slow.map(({ name }) => familyOf(name)))].toSorted();
    expect(page).toContain(`families without CoreMark (${families.join(', ')})`);
  });

  recordedTest('is what the recorded table gives', CSV, async () => {
    expect(catalogueOfTable(shippedTable(DATA))).toEqual(shipped);
  });
});

describe('the recorded files', () => {
  recordedTest('the table → 1,383 types, r5.4xlarge at 1.008', CSV, async () => {
    const { types } = readFacts(CSV, 'us-east-1');
    expect(types).toHaveLength(1383);
    expect(types.find(({ name }) => name === 'r5.4xlarge')).toMatchObject({
      onDemandUsdPerHour: 1.008,
      spotSaving: 0.65,
    });
  });

  const advisor = join(DATA, 'spot/spot-advisor-2025-06.json');
  recordedTest('the spot advisor → 929 types or more, r6g.4xlarge saves 61 %', advisor, async () => {
    const { types } = readFacts(advisor, 'us-east-1');
    expect(types.length).toBeGreaterThanOrEqual(929);
    expect(types.find(({ name }) => name === 'r6g.4xlarge')).toMatchObject({ spotSaving: 0.61, interruptionBand: 4 });
  });

  const vantage = join(DATA, 'catalog/vantage_coremark_ffmpeg_numa.json');
  recordedTest('Vantage’s benchmarks → 1,093 types, the CoreMark of the shipped ones', vantage, async () => {
    const { types } = readFacts(vantage, 'us-east-1');
    expect(types).toHaveLength(1093);
    const measured = new Map(types.map(({ name, scores }) => [name, scores?.['coremark']]));
    for (const { name, scores } of shipped.types.filter((type) => type.scores['coremark'] !== undefined)) {
      expect([name, Math.round(measured.get(name) ?? 0)]).toEqual([name, scores['coremark']]);
    }
  });

  const spareCores = join(DATA, 'cc-by-sa-4.0/sparecores_aws_benchmarks.csv');
  recordedTest('Spare Cores’ benchmarks → 1,199 types', spareCores, async () => {
    const { types } = readFacts(spareCores, 'us-east-1');
    expect(types).toHaveLength(1199);
    expect(types.find(({ name }) => name === 'r5.4xlarge')?.scores).toMatchObject({
      stressng: expect.closeTo(13_542, -1),
    });
  });
});

describe('what it lends to a refresh', () => {
  test('in its region → speed, savings and interruptions; elsewhere speed alone', () => {
    const [speed, market] = shippedFacts('us-east-1');
    expect(speed?.source).toMatchObject({ what: 'CoreMark', licence: 'MIT' });
    const r5 = market?.types.find(({ name }) => name === 'r5.4xlarge');
    expect(r5).toMatchObject({ interruptionBand: 4, spotSaving: expect.closeTo(0.65, 5) });
    expect(shippedFacts('eu-central-1')).toHaveLength(1);
    expect(speed?.types[0]).not.toHaveProperty('spotUsdPerHour');
  });
});
