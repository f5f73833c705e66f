/** The parts of a data set: fitted on, selected on, and held out. */
export const splits = ['train', 'val', 'test'] as const;
export type Split = (typeof splits)[number];

/** Something for each split that is there. */
export type SplitMap<Value> = Readonly<Partial<Record<Split, Value>>>;
