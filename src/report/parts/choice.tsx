import type { VNode } from 'preact';

/** A choice of few options, as radio buttons in a row: the arrow keys move between them. */
export const Choice = <Value extends string>(props: {
  name: string;
  legend: string;
  values: readonly Value[];
  value: Value;
  onChange: (value: Value) => void;
}): VNode => (
  <fieldset class="choice needs-scripts">
    <legend>{props.legend}</legend>
    <div class="choice__values">
      {props.values.map((value) => (
        <label>
          <input
            type="radio"
            name={props.name}
            value={value}
            checked={value === props.value}
            onChange={() => props.onChange(value)}
          />
          <span>{value}</span>
        </label>
      ))}
    </div>
  </fieldset>
);

/** A choice of many options, as a drop-down list. */
export const Select = (props: {
  id: string;
  label: string;
  options: readonly string[];
  /** Index of the selected option. */
  value: number;
  onChange: (value: number) => void;
}): VNode => (
  <div class="select needs-scripts">
    <label for={props.id}>{props.label}</label>
    <select id={props.id} onChange={(event) => props.onChange(event.currentTarget.selectedIndex)}>
      {props.options.map((option, at) => (
        <option selected={at === props.value}>{option}</option>
      ))}
    </select>
  </div>
);
