import type { VNode } from 'preact';
import { colorAt, inkOn, type Scale } from './colors.ts';

const shown = (value: number): string => {
  if (value === 0) return '0';
  return Math.abs(value) < 1000 ? value.toFixed(3) : value.toExponential(2);
};

/** Numbers in rows and columns counted from 0; with a scale, each on its colour. */
export const NumberTable = (props: {
  caption: string;
  rows: readonly (readonly number[])[];
  scale?: Scale;
}): VNode => {
  const { caption, rows, scale } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without focus the keyboard could not scroll the box
    <section class="scroll" aria-label={caption} tabIndex={0}>
      <table class="numbers">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <td />
            {rows[0]?.map((_, column) => (
              <th scope="col">{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr>
              <th scope="row">{at}</th>
              {row.map((value) => (
                <td style={scale && onColor(colorAt(scale, value))}>{shown(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

const onColor = (background: string): { background: string; color: string } => ({
  background,
  color: inkOn(background),
});
