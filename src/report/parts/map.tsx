import type { ComponentChildren, VNode } from 'preact';
import { rowsOf } from '../../notebook/model/parameters.ts';
import { type ScaleName, scaleOf, type Values } from './colors.ts';
import { Fold } from './fold.tsx';
import { capitalized, size } from './format.ts';
import { NumberTable } from './numberTable.tsx';
import { type Mark, Pixels } from './pixels.tsx';
import { saveFile } from './save.ts';

/** One map of the network, as a picture, a table and a file. */
export interface NetworkMap {
  readonly id: string;
  readonly title: string;
  /** The formula that computes it, shown under its title. */
  readonly formula: string;
  readonly label: string;
  readonly scale: ScaleName;
  readonly values: Values;
  /** The meaning of the two ends of the scale, if they are more than numbers. */
  readonly ends?: readonly [string, string];
}

/** The colours, with the values at both ends. */
const ScaleBar = ({ map: { scale: name, values, ends } }: { map: NetworkMap }): VNode => {
  const { low, high } = scaleOf(name, values);
  const [left, right] = [low, high].map((value, at) => (ends ? `${size(value)} ${ends[at]}` : size(value)));
  return (
    <div class="scale">
      <span>{left}</span>
      <span class={`scale__bar scale__bar--${name}`} />
      <span>{right}</span>
    </div>
  );
};

/** The map with its title above and its scale below; `around` may wrap the picture in an interactive element. */
export const MapFigure = (props: {
  map: NetworkMap;
  mark?: Mark | undefined;
  around?: (picture: VNode) => VNode;
  children?: ComponentChildren;
}): VNode => {
  const { map, mark, around = (picture) => picture, children } = props;
  const { id, title, formula, label, values, scale } = map;
  return (
    <figure class="map">
      <figcaption>
        <b>{title}</b>
        <span>{formula}</span>
      </figcaption>
      {around(<Pixels id={id} label={label} values={values} scale={scaleOf(scale, values)} mark={mark} />)}
      <ScaleBar map={map} />
      {children}
    </figure>
  );
};

const savePicture = ({ id }: NetworkMap): void => {
  const picture = document.getElementById(id)?.cloneNode(true) as SVGElement | undefined;
  if (!picture) return;
  picture.setAttribute('width', '480');
  picture.setAttribute('height', '480');
  saveFile(`backproof-${id}.svg`, 'image/svg+xml', new XMLSerializer().serializeToString(picture));
};

const saveNumbers = ({ id, values }: NetworkMap): void =>
  saveFile(
    `backproof-${id}.csv`,
    'text/csv',
    rowsOf(values)
      .map((row) => `${row.join(',')}\n`)
      .join(''),
  );

/** The numbers of maps as tables, and each of them as a file. */
export const MapData = ({ maps }: { maps: readonly NetworkMap[] }): VNode => (
  <Fold data summary="Data of these maps">
    {maps.map((map) => (
      <div class="map-data">
        <NumberTable caption={capitalized(map.label)} rows={rowsOf(map.values)} />
        <p class="needs-scripts">
          <button type="button" aria-label={`Save picture: ${map.title}`} onClick={() => savePicture(map)}>
            Save picture
          </button>{' '}
          <button type="button" aria-label={`Save data: ${map.title}`} onClick={() => saveNumbers(map)}>
            Save data
          </button>
        </p>
      </div>
    ))}
  </Fold>
);
