"""What was computed and may be asked again: the most recent results by key."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar

__all__ = ["Memory"]

T = TypeVar("T")


class Memory:
    """The most recent results by key; a result that is being made is waited for, not made twice."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = Lock()
        self._futures: OrderedDict[Hashable, Future[Any]] = OrderedDict()

    def recall(self, key: Hashable, make: Callable[[], T]) -> T:
        """Give the result for a key, made by ``make`` if it is not at hand. A failure is not remembered."""
        with self._lock:
            future = self._futures.get(key)
            is_new = future is None
            if future is None:
                future = self._futures[key] = Future()
            self._futures.move_to_end(key)
            while len(self._futures) > self._size:
                self._futures.popitem(last=False)
        if is_new:
            self._run(key, future, make)
        result: T = future.result()
        return result

    def _run(self, key: Hashable, future: Future[Any], make: Callable[[], Any]) -> None:
        try:
            future.set_result(make())
        except BaseException as error:  # noqa: BLE001 - who waits for the result must not wait for ever
            with self._lock:
                if self._futures.get(key) is future:
                    del self._futures[key]
            future.set_exception(error)
