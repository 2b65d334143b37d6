package dev.cairn.spring.tracing;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.cairn.spring.core.GuardedObservation;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.cache.Cache;
import org.springframework.cache.interceptor.CacheInterceptor;
import org.springframework.cache.interceptor.CacheOperationInvoker;

/**
 * Observes the operations of Spring Cache on behalf of annotated methods. Replaces the
 * interceptor, from which it takes its configuration. Thread-safe.
 */
@SuppressWarnings("serial")
final class CacheSpans extends CacheInterceptor {

	/** Reads a value, which may be missing. */
	private static final String GET = "get";

	private final CacheInterceptor replaced;

	/** Starts the observation of an operation on a cache. */
	private final Function<Operation, GuardedObservation> observations;

	CacheSpans(CacheInterceptor replaced, BeanFactory beans, Function<Operation, GuardedObservation> observations) {
		this.replaced = replaced;
		this.observations = observations;
		setCacheOperationSource(replaced.getCacheOperationSource());
		setBeanFactory(beans);
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.replaced.afterSingletonsInstantiated();
		setErrorHandler(this.replaced.getErrorHandler());
		setKeyGenerator(this.replaced.getKeyGenerator());
		setCacheResolver(this.replaced.getCacheResolver());
		super.afterSingletonsInstantiated();
	}

	@Override
	protected Cache.@Nullable ValueWrapper doGet(Cache cache, Object key) {
		return observe(GET, cache, () -> super.doGet(cache, key));
	}

	@Override
	protected <T> @Nullable T doGet(Cache cache, Object key, Callable<T> loader) {
		return observe("load", cache, () -> super.doGet(cache, key, loader));
	}

	@Override
	protected @Nullable CompletableFuture<?> doRetrieve(Cache cache, Object key) {
		return observe(GET, cache, () -> super.doRetrieve(cache, key));
	}

	@Override
	protected <T> CompletableFuture<T> doRetrieve(Cache cache, Object key, Supplier<CompletableFuture<T>> loader) {
		return Objects.requireNonNull(observe("load", cache, () -> super.doRetrieve(cache, key, loader)));
	}

	@Override
	protected void doPut(Cache cache, Object key, @Nullable Object value) {
		observe("put", cache, () -> {
			super.doPut(cache, key, value);
			return null;
		});
	}

	@Override
	protected void doEvict(Cache cache, Object key, boolean immediate) {
		observe("evict", cache, () -> {
			super.doEvict(cache, key, immediate);
			return null;
		});
	}

	@Override
	protected void doClear(Cache cache, boolean immediate) {
		observe("clear", cache, () -> {
			super.doClear(cache, immediate);
			return null;
		});
	}

	private <T> @Nullable T observe(String operation, Cache cache, Supplier<T> call) {
		GuardedObservation observation = this.observations.apply(new Operation(operation, cache.getName()));
		@Nullable T result = observation.within(call::get, (thrown) -> observation.stop(original(thrown)));
		if (result instanceof CompletableFuture<?> future) {
			future.whenComplete((value, ex) -> ended(observation, operation, value, ex));
		}
		else {
			ended(observation, operation, result, null);
		}
		return result;
	}

	/** Returns what the method has thrown. */
	private static Throwable original(Throwable thrown) {
		Throwable cause = (thrown instanceof Cache.ValueRetrievalException) ? thrown.getCause() : null;
		Throwable failure = (cause != null) ? cause : thrown;
		return (failure instanceof CacheOperationInvoker.ThrowableWrapper wrapper) ? wrapper.getOriginal() : failure;
	}

	private static void ended(GuardedObservation observation, String operation, @Nullable Object value,
			@Nullable Throwable failure) {
		if (operation.equals(GET) && failure == null) {
			observation.observation().highCardinalityKeyValue("hit", String.valueOf(value != null));
		}
		observation.stop(failure);
	}

	/**
	 * An operation.
	 *
	 * @param name the name of the operation
	 * @param cache the name of the cache
	 */
	record Operation(String name, String cache) {
	}

}
