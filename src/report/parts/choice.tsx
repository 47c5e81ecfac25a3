import type { VNode } from 'preact';

/** One of a few, as radio buttons in a row: the arrow keys go from one to the next. */
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

/** One of many, as a list that opens. */
export const Select = (props: {
  id: string;
  label: string;
  options: readonly string[];
  /** Index of the option. */
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
