/** JSON has no NaN and no infinity: the largest number there is stands for either. */
export const finite = (value: number): number => (Number.isFinite(value) ? value : Number.MAX_VALUE);

/** And null, where a value itself is told. */
export const finiteOrNull = (value: number | null): number | null =>
  value !== null && Number.isFinite(value) ? value : null;

/** distance / room, where anything over the room is above 1, and NaN or no room at all the largest number there is. */
export const overAllowed = (distance: number, room: number): number => finite(distance / room);
