package dev.cairn;

/**
 * A value that is bound. If you close the binding, the value that was bound before under
 * its name is restored; otherwise the value stays bound until the unit of work ends.
 * <pre>
 * try (Binding order = cairn.bind("order", id)) {
 *     ...
 * }
 * </pre> It is closed by the thread that has bound it; elsewhere, and the second time,
 * that has no effect.
 *
 * @see CairnContext#bind(String, Object)
 */
@FunctionalInterface
public interface Binding extends AutoCloseable {

	@Override
	void close();

}
