/**
 * Does the work `times` times. Returns nothing, or the nanoseconds of the part that counts when some of it is
 * preparation.
 */
export type Run = (times: number) => Promise<number | void> | number | void

/** How long a case is run, where it needs something else than the rest. */
export interface Sampling {
  /** Milliseconds of running before anything counts. */
  readonly warmUpMs: number
  /** Milliseconds that one sample takes, preparation included. */
  readonly sampleMs: number
  /** Samples that a process takes. */
  readonly samples: number
  /** Processes, one after the other. */
  readonly rounds: number
}

/** Something that is measured, in a process of its own. */
export interface Case {
  /** What is measured; one of its kind in the group. */
  readonly name: string
  /** The case it is compared with. Cases with one base take turns, sample by sample. */
  readonly base?: string
  /** @default 'µs' */
  readonly unit?: 'µs' | 'ms'
  /** The most it may take, in its unit. */
  readonly bar?: number
  /** What must be known to read the number. */
  readonly note?: string
  readonly sampling?: Partial<Sampling>
  /** Prepares the work; imports what it measures. Runs in the case's process only. */
  readonly setup: () => Promise<Run>
}

/** Something that is worked out from two cases with one base. */
export interface Comparison {
  readonly name: string
  readonly of: string
  readonly with: string
  /**
   * `added`: `of` less `with`, at most the bar. `cheaper`: how many times `of` goes into `with`, at least the bar.
   * `times`: how many times `with` goes into `of`, at most the bar.
   */
  readonly as: 'added' | 'cheaper' | 'times'
  readonly bar?: number
  readonly note?: string
}

/** Cases that answer one question. */
export interface Group {
  readonly name: string
  /** URL of the module that exports it as `group`: the processes of its cases import nothing else. */
  readonly module: string
  readonly cases: readonly Case[]
  readonly comparisons?: readonly Comparison[]
  /** Makes what the cases need, once; they find the folder it returns in `BENCH_FOLDER`. Gone after the group. */
  readonly prepare?: () => Promise<string>
  /** What `prepare` installs from the registry, which is done only where `--only` begins with the group's name. */
  readonly installs?: string
}

/** Thrown by `setup` where a case cannot run: its row says why, and the run goes on. */
export class Unavailable extends Error {}

/** Imports a library that may be missing, or may not load on this Node. */
export const peer = async <Module>(load: () => Promise<Module>): Promise<Module> => {
  try {
    return await load()
  } catch (error) {
    throw new Unavailable((error as Error).message.split('\n')[0])
  }
}
