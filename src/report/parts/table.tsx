import type { ComponentChildren, VNode } from 'preact';

/** The first column is the row's heading, always to the left; the others hold numbers unless `text` is set. */
export type Column = { label: string; text?: boolean };

/**
 * A table with its caption. `stacked`: on a narrow screen each row becomes a card of labels and values; otherwise the
 * table scrolls in its own box, which can take the keyboard focus for that.
 */
export const Table = (props: {
  caption: string;
  columns: readonly Column[];
  rows: readonly (readonly ComponentChildren[])[];
  stacked?: boolean;
}): VNode => {
  const { caption, columns, rows, stacked = false } = props;
  const table = (
    <table class={stacked ? 'table table--stacked' : 'table'}>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th scope="col" class={column.text ? 'text' : undefined}>
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells) => (
          <tr>
            {cells.map((cell, at) =>
              at === 0 ? (
                <th scope="row">{cell}</th>
              ) : (
                <td class={columns[at]?.text ? 'text' : undefined} data-label={columns[at]?.label}>
                  {cell}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
  return stacked ? (
    table
  ) : (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without focus the keyboard could not scroll the box
    <section class="scroll" aria-label={caption} tabIndex={0}>
      {table}
    </section>
  );
};
