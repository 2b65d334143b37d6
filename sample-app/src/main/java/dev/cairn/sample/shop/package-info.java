/**
 * What the shop sells, and to whom: products and orders.
 */
@NullMarked
package dev.cairn.sample.shop;

import org.jspecify.annotations.NullMarked;
