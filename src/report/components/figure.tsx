import type { ComponentChildren, VNode } from 'preact';
import type { PlotSpec } from '../figures.ts';
import { Json } from './inline.tsx';
import { type Column, Table } from './table.tsx';

/**
 * A plot: a named picture that the page's script draws when it comes into view, a caption, and its data as a table,
 * which is also all of it that shows where scripts are off.
 */
export const Figure = (props: {
  id: string;
  spec: PlotSpec;
  label: string;
  square?: boolean;
  columns: readonly Column[];
  rows: readonly (readonly (string | number)[])[];
  children?: ComponentChildren;
}): VNode => (
  <figure class={props.square ? 'figure figure--square' : 'figure'}>
    <div class="figure__plot" id={props.id} role="img" aria-label={props.label} />
    <Json id={`${props.id}-spec`} value={props.spec} />
    {props.children && <figcaption>{props.children}</figcaption>}
    <div class="figure__tools">
      <details class="data">
        <summary>Data of this figure</summary>
        <Table caption={props.label} columns={props.columns} rows={props.rows} />
      </details>
      <button type="button" data-save={props.id} hidden>
        Save picture
      </button>
    </div>
  </figure>
);
