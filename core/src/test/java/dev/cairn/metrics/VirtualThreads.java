package dev.cairn.metrics;

import java.lang.reflect.Method;

/**
 * Virtual threads, which the JDK has from 21 on; before that, others.
 */
final class VirtualThreads {

	private VirtualThreads() {
	}

	static Thread unstarted(Runnable work) throws Exception {
		try {
			Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
			Method unstarted = Class.forName("java.lang.Thread$Builder").getMethod("unstarted", Runnable.class);
			return (Thread) unstarted.invoke(builder, work);
		}
		catch (NoSuchMethodException ex) {
			return new Thread(work);
		}
	}

}
