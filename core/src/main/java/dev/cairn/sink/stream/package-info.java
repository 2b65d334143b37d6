/**
 * Delivery to what takes bytes: files, standard output, datagrams.
 */
@NullMarked
package dev.cairn.sink.stream;

import org.jspecify.annotations.NullMarked;
