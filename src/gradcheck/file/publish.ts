/** Publishes the substitutes in a test runner, before the modules that hand them out: dist/substitutes/. */
import * as float64 from 'backproof/float64';
import { publish, substitutesOf } from './substitutes.ts';

publish(substitutesOf(float64));
