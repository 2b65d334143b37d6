/**
 * Events that most services have, with fields that readers can rely on: one or two for
 * each kind of data. They are published like any other record.
 */
@NullMarked
package dev.cairn.event;

import org.jspecify.annotations.NullMarked;
