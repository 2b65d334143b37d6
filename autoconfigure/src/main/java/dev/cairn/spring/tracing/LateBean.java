package dev.cairn.spring.tracing;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.BeansException;
import org.springframework.util.function.SingletonSupplier;

/**
 * A bean that is found when a call is to be observed. Such calls may come while the bean,
 * or one that it requires, is created, or after it is destroyed. Thread-safe.
 *
 * @param <T> the type of the bean
 */
final class LateBean<T> {

	private static final Logger logger = LoggerFactory.getLogger(LateBean.class);

	private final SingletonSupplier<T> supplier;

	LateBean(Supplier<T> supplier) {
		this.supplier = SingletonSupplier.of(supplier);
	}

	/** Returns {@code null} if the bean is not there. */
	@Nullable T getIfAvailable() {
		try {
			return this.supplier.obtain();
		}
		catch (BeansException ex) {
			logger.debug("Cairn: calls cannot be observed yet, or no longer", ex);
			return null;
		}
	}

}
