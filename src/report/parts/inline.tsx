import type { VNode } from 'preact';
import { escapeJson } from '../../system/embed.ts';

/** A value for the page's script. Browsers do not unescape a script's text, so escapeJson makes it safe instead. */
export const Json = ({ id, value }: { id: string; value: unknown }): VNode => (
  <script type="application/json" id={id} dangerouslySetInnerHTML={{ __html: escapeJson(value) }} />
);

/**
 * Our own code or Plotly's, never a result's text.
 * @param source already passed through escapeScript, so that it is exactly the text whose hash is in the policy
 */
export const Script = ({ source, id, type }: { source: string; id?: string; type?: string }): VNode => (
  <script id={id} type={type} dangerouslySetInnerHTML={{ __html: source }} />
);

/** The page's own style sheet. */
export const Style = ({ source }: { source: string }): VNode => (
  <style dangerouslySetInnerHTML={{ __html: source }} />
);
