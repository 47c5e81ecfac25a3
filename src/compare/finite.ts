/** JSON has no NaN and no infinity: the largest number there is stands for either. */
export const finite = (value: number): number => (Number.isFinite(value) ? value : Number.MAX_VALUE);
