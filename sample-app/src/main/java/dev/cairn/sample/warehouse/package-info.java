/**
 * The warehouse, a second service that ships the orders of the shop.
 */
@NullMarked
package dev.cairn.sample.warehouse;

import org.jspecify.annotations.NullMarked;
