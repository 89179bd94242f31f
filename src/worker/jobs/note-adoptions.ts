import type { JobHandler } from './job.ts';

/** The locks of those consumers whose exposure somebody stated: one that has a fix stops their clock for it. */
export const noteAdoptionsJob: JobHandler = async ({ context: { findings, consumers } }) => {
  const closures = new Set(await findings.closuresStated());
  if (closures.size === 0) return;
  const locks = (await consumers.consumers()).filter(({ name }) => closures.has(name));
  await findings.noteAdoptions(
    locks.map(({ name, seenAt, inputs }) => ({
      closure: name,
      seenAt,
      inputs: inputs.map(({ organisation, flake, version }) => ({ flake: `${organisation}/${flake}`, version })),
    })),
  );
};
