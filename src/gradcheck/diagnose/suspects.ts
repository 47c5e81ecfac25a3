import type { Subject } from '../spec/subject.ts';
import type { Suspect } from '../types.ts';

export function suspects(_subject: Subject): Suspect[] {
  return [];
}
