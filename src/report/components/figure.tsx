import type { ComponentChildren, VNode } from 'preact';
import { useContext, useEffect, useRef } from 'preact/hooks';
import type { PlotSpec } from '../figures/spec.ts';
import { PageContext } from '../state.ts';
import { Json } from './inline.tsx';
import { type Column, Table } from './table.tsx';

/**
 * A plot: a named picture that the page's script draws when it comes into view;
 * a caption, and its data as a table and as a file. `live`: inside an island, where `spec` follows the page's state;
 * else it is drawn once, and a `cursor` in its spec follows the page's epoch.
 */
export const Figure = (props: {
  id: string;
  spec: PlotSpec;
  label: string;
  live?: boolean;
  square?: boolean;
  columns: readonly Column[];
  rows: readonly (readonly (string | number)[])[];
  children?: ComponentChildren;
}): VNode => {
  const { id, spec, label, live = false, square = false, columns, rows, children } = props;
  const at = useRef<HTMLDivElement>(null);
  const state = useContext(PageContext);
  useEffect(() => {
    if (at.current) state?.draw?.(at.current, spec);
  }, [spec]);
  return (
    <figure class={square ? 'figure figure--square' : 'figure'}>
      <div
        class="figure__plot"
        id={id}
        ref={at}
        role="img"
        aria-label={label}
        data-live={live || undefined}
      />
      {!live && <Json id={`${id}-spec`} value={spec} />}
      {children && <figcaption>{children}</figcaption>}
      <div class="figure__tools">
        <details class="data">
          <summary>Data of this figure</summary>
          <Table caption={label} columns={columns} rows={rows} />
        </details>
        <span class="figure__buttons">
          <button type="button" data-save={id} hidden>
            Save picture
          </button>
          <button type="button" data-download={id} hidden>
            Save data
          </button>
        </span>
      </div>
    </figure>
  );
};
