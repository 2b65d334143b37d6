/**
 * Lines of the log: the formats, and the events of the logging systems that they write.
 */
@NullMarked
package dev.cairn.spring.logging.format;

import org.jspecify.annotations.NullMarked;
