package dev.cairn.spring.metrics;

import dev.cairn.metrics.MeterHandles;

import org.springframework.aop.framework.ProxyFactory;

/**
 * Creates the proxies of beans with meters for benchmarks, without a context.
 */
public final class MeteredProxies {

	private MeteredProxies() {
	}

	/**
	 * Returns a proxy whose calls are measured.
	 * @param <T> the type of the bean
	 * @param bean the bean
	 * @param handles the handles of the meters
	 * @return the proxy, of the class of the bean
	 */
	@SuppressWarnings("unchecked")
	public static <T> T of(T bean, MeterHandles handles) {
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(true);
		factory.addAdvisor(new MeteredMethods(new MeterAnnotations(true, true, false), () -> handles, () -> {
			throw new IllegalStateException("no tags depend on a call");
		}).advisor());
		return (T) factory.getProxy();
	}

}
