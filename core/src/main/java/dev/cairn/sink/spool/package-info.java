/**
 * Messages on a disk, while their destination is away or slow.
 */
@NullMarked
package dev.cairn.sink.spool;

import org.jspecify.annotations.NullMarked;
