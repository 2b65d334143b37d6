/**
 * Delivery to files, standard output and datagrams, and the files that hold messages
 * while their destination is away.
 */
@NullMarked
package dev.cairn.file;

import org.jspecify.annotations.NullMarked;
