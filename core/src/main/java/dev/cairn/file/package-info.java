/**
 * Delivery to files, standard output and datagrams, and the spool files for messages
 * whose destination is unavailable.
 */
@NullMarked
package dev.cairn.file;

import org.jspecify.annotations.NullMarked;
