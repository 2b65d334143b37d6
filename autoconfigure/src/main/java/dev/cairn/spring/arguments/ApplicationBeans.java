package dev.cairn.spring.arguments;

import java.lang.annotation.Annotation;
import java.util.EventListener;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.ClassFilter;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.ProxyConfig;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.objenesis.SpringObjenesis;
import org.springframework.stereotype.Component;

/**
 * Matches the application's own beans that can be proxied safely. In case of doubt a bean
 * does not match: it works as before, and its failures are reported without arguments.
 */
final class ApplicationBeans implements ClassFilter {

	/** Types of beans that are part of the container. */
	private static final List<Class<?>> CONTAINER = List.of(BeanPostProcessor.class, BeanFactoryPostProcessor.class,
			FactoryBean.class, AopInfrastructureBean.class, Advisor.class, org.aopalliance.aop.Advice.class,
			EventListener.class);

	private static final Set<String> CONTAINER_CONTRACTS = Set.of("jakarta.servlet", "jakarta.servlet.http",
			"dev.cairn", "dev.cairn.delivery");

	private static final Set<String> CONTAINER_ANNOTATIONS = Set.of(
			"org.springframework.context.annotation.Configuration", "org.springframework.context.annotation.Scope",
			"org.aspectj.lang.annotation.Aspect", "org.springframework.web.bind.annotation.ControllerAdvice",
			"org.springframework.boot.context.properties.ConfigurationProperties");

	private final List<String> prefixes;

	private final ConfigurableBeanFactory beans;

	/** Otherwise, a proxy would call the constructor of the bean again. */
	private final boolean constructorless = new SpringObjenesis().isWorthTrying();

	private volatile @Nullable Boolean classProxying;

	ApplicationBeans(List<String> packages, ConfigurableBeanFactory beans) {
		this.prefixes = packages.stream().filter((name) -> !name.isEmpty()).map((name) -> name + ".").toList();
		this.beans = beans;
	}

	@Override
	public boolean matches(Class<?> type) {
		return isOwn(type) && this.constructorless && AnnotatedElementUtils.isAnnotated(type, Component.class)
				&& !isPartOfContainer(type) && !hasOwnAnnotation(type) && hasBeanClassLoader(type)
				&& ProxySafety.isSafe(type, this::isOwn) && isClassProxying();
	}

	private boolean isOwn(Class<?> type) {
		String name = type.getName();
		for (String prefix : this.prefixes) {
			if (name.startsWith(prefix)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isPartOfContainer(Class<?> type) {
		return CONTAINER.stream().anyMatch((role) -> role.isAssignableFrom(type))
				|| CONTAINER_ANNOTATIONS.stream().anyMatch((name) -> AnnotatedElementUtils.isAnnotated(type, name))
				|| hasContainerContract(type);
	}

	private static boolean hasContainerContract(@Nullable Class<?> type) {
		if (type == null) {
			return false;
		}
		if (type.isInterface() && CONTAINER_CONTRACTS.contains(type.getPackageName())) {
			return true;
		}
		for (Class<?> contract : type.getInterfaces()) {
			if (hasContainerContract(contract)) {
				return true;
			}
		}
		return hasContainerContract(type.getSuperclass());
	}

	/**
	 * The application may read its own annotations from the class of the bean. The class
	 * of a proxy does not have them. Stereotype annotations are safe.
	 */
	private boolean hasOwnAnnotation(Class<?> type) {
		for (Annotation annotation : type.getDeclaredAnnotations()) {
			if (isOwn(annotation.annotationType())
					&& !AnnotatedElementUtils.isAnnotated(annotation.annotationType(), Component.class)) {
				return true;
			}
		}
		return false;
	}

	/** Package-private methods can be overridden by the same class loader only. */
	private boolean hasBeanClassLoader(Class<?> type) {
		return type.getClassLoader() == this.beans.getBeanClassLoader();
	}

	/** A proxy of interfaces cannot be injected by class. */
	private boolean isClassProxying() {
		Boolean known = this.classProxying;
		if (known == null) {
			known = this.beans.containsSingleton(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME)
					&& this.beans
						.getSingleton(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME) instanceof ProxyConfig config
					&& config.isProxyTargetClass();
			this.classProxying = known;
		}
		return known;
	}

}
