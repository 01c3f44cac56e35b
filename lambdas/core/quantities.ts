/**
 * Quantities that must not be mixed. A unit is EMR's weighted capacity, a worker is one instance, a core is one vCPU;
 * each is a number at run time and a type of its own at compile time, so that adding workers to units does not compile.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = number & { readonly [brand]: Name };

/** EMR's weighted capacity. Weight of an instance type = its vCPU / `coresPerUnit`. */
export type Units = Branded<'units'>;
/** Instances that run an engine worker. */
export type Workers = Branded<'workers'>;
/** vCPUs. */
export type Cores = Branded<'cores'>;
/** Seconds since 1970-01-01T00:00:00Z, fractions allowed: the form in which EMR sends times. */
export type EpochSeconds = Branded<'epochSeconds'>;

export const units = (value: number): Units => value as Units;
export const workers = (value: number): Workers => value as Workers;
export const cores = (value: number): Cores => value as Cores;
export const epochSeconds = (value: number): EpochSeconds => value as EpochSeconds;

export const largerUnits = (first: Units, second: Units): Units => (first >= second ? first : second);
