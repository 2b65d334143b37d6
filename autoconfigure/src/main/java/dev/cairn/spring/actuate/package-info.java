/**
 * The endpoint and the health contributor that expose the Ledger.
 */
@NullMarked
package dev.cairn.spring.actuate;

import org.jspecify.annotations.NullMarked;
