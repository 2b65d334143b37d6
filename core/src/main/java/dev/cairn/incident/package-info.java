/**
 * Incidents: recognizes the reports of the same failure, and groups failures of a kind.
 */
@NullMarked
package dev.cairn.incident;

import org.jspecify.annotations.NullMarked;
