/**
 * Products and orders.
 */
@NullMarked
package dev.cairn.sample.shop;

import org.jspecify.annotations.NullMarked;
