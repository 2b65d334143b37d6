/**
 * The service whose whole process is measured, and in each module its variant.
 */
@NullMarked
package dev.cairn.wholeprocess;

import org.jspecify.annotations.NullMarked;
