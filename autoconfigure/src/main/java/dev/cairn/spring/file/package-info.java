/**
 * Sinks for files, standard output and UDP.
 */
@NullMarked
package dev.cairn.spring.file;

import org.jspecify.annotations.NullMarked;
