/** JSON has no NaN and no infinity, so they are written as the largest number. */
export const finite = (value: number): number => (Number.isFinite(value) ? value : Number.MAX_VALUE);

/** The same with null, for fields that show the value itself. */
export const finiteOrNull = (value: number | null): number | null =>
  value !== null && Number.isFinite(value) ? value : null;

/** distance / room: above 1 if the distance exceeds the room; the largest number for NaN or without any room. */
export const overAllowed = (distance: number, room: number): number => finite(distance / room);
