/** zone.js, as Angular loads it: replaces EventTarget's methods, timers and promises. */
import 'zone.js';
