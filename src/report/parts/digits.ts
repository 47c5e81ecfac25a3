import { percent } from '../../system/text.ts';

/** A digit with its article: a 1, an 8. */
export const digitNamed = (digit: number): string => `${digit === 8 ? 'an' : 'a'} ${digit}`;

/** Formats a probability so that it never reads as certain unless it is. */
export const likely = (probability: number): string => {
  if (probability > 0 && probability < 0.0005) return 'under 0.1%';
  return probability < 1 && probability >= 0.9995 ? 'over 99.9%' : percent(probability);
};
