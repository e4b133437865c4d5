"""The service of one project: ``create_app`` puts routes, errors and headers together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api import VERSION
from api.deps import refuse_unknown_parameters
from api.description import DescribedApp
from api.hosts import OwnNames
from api.methods import HeadAsGet
from api.models import Problem, Responses
from api.origins import OwnOrigin
from api.problems import register_problems
from api.routers import collections, documentation, imports, items, landing, maps, plans, tiles
from api.security import SecurityHeaders
from api.service import Service
from api.settings import ServiceSettings

__all__ = ["create_app"]

_DESCRIPTION = """
一个区划项目的数据服务：图层、检查结果、划分方案和地图。坐标为经纬度（CRS84），错误为 RFC 9457 格式，附稳定代码。

The data of one boundary planning project: layers, findings, plans and maps. Coordinates are longitude and latitude
(CRS84); errors are RFC 9457 problem details with stable codes. Every address takes `?lang=zh` or `?lang=en`.
"""
_TAGS = [
    {"name": "start", "description": "入口 · where to begin"},
    {"name": "collections", "description": "图层、问题和方案（OGC API - Features 路径）· layers, findings and plans"},
    {"name": "tiles", "description": "矢量瓦片（OGC API - Tiles）· vector tiles"},
    {"name": "maps", "description": "断网可开的地图 · maps that open with no network"},
    {"name": "plans", "description": "方案：起草、修改、分支、合并 · plans: draw, edit, branch, merge"},
    {"name": "imports", "description": "导入：先预览，再确认 · imports: a preview, then the confirmation"},
]
_BAD_REQUEST: Responses = {400: {"model": Problem, "description": "参数有误 · wrong parameters"}}


def create_app(settings: ServiceSettings) -> FastAPI:
    """Make the service of one project folder.

    Raises
    ------
    ProjectError
        The folder is no project, or its settings cannot be read.
    """
    service = Service(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.openapi()  # before the first request: every request asks it for the parameters of its route
        yield
        service.close()

    app = DescribedApp(
        title="区划 quhua",
        version=VERSION,
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        openapi_url=None,  # served with its own media type
        docs_url=None,  # FastAPI's own pages load from another host
        redoc_url=None,
        lifespan=lifespan,
        dependencies=[Depends(refuse_unknown_parameters)],
        responses=_BAD_REQUEST,
    )
    app.state.service = service
    register_problems(app)
    for room in (landing, collections, items, tiles, maps, imports, plans, documentation):
        app.include_router(room.router)
    app.add_middleware(GZipMiddleware, minimum_size=2048, compresslevel=5)
    app.add_middleware(OwnOrigin)
    app.add_middleware(OwnNames, names=settings.allowed_hosts)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(HeadAsGet)
    return app
