/**
 * What the outside sees of the Ledger: endpoint and health.
 */
@NullMarked
package dev.cairn.spring.actuate;

import org.jspecify.annotations.NullMarked;
